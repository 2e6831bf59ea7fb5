#!/bin/sh
# The clock of a practice host: the machine's, and so many seconds ahead of it as /.host/skew says.
read -r skew </.host/skew
[ "$skew" = 0 ] && exec /.host/date "$@"
now=$(/.host/date +%s.%N)
at="@$((${now%.*} + skew)).${now#*.}"

# A date that is reckoned from now, from the now of this clock. What names a day itself stays.
reckoned() {
  case $1 in
    @* | [0-9][0-9][0-9][0-9]-*) printf '%s' "$1" ;;
    *) printf '%s %s' "$(/.host/date -d "$at" '+%F %T.%N %z')" "$1" ;;
  esac
}

given=0 next=0 count=$#
for each in "$@"; do
  if [ $next = 1 ]; then
    set -- "$@" "-d$(reckoned "$each")"
    next=0
    continue
  fi
  case $each in
    -d | --date) given=1 next=1 ;;
    --date=*) given=1; set -- "$@" "-d$(reckoned "${each#--date=}")" ;;
    -d*) given=1; set -- "$@" "-d$(reckoned "${each#-d}")" ;;
    -r* | --reference* | -f* | --file* | -s* | --set*) given=1; set -- "$@" "$each" ;;
    *) set -- "$@" "$each" ;;
  esac
done
shift $count
[ $given = 1 ] || set -- -d "$at" "$@"
exec /.host/date "$@"
