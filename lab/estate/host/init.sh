#!/bin/sh
# First program of a practice host, in its own mount, pid, uts and net namespaces.
#   init.sh <folder of the host> <empty folder to mount on> <name> <address> <root|user> <size of the disk in MB>
# Builds a root file system of its own, so that `df`, `ps`, `ss`, /proc and /home speak of this host only.
set -e
own=$1 root=$2 name=$3 address=$4 mode=$5 disk=$6
exec 5<"$own/../relay"
mount -t tmpfs -o size=8m,mode=755 tmpfs "$root"
cd "$root"
mkdir -p .host/usr .host/etc usr etc dev proc sys run/sshd tmp home/admin root var/tmp var/log
chmod 1777 tmp var/tmp
chmod 700 root
cp -a "$own/files/etc/." .host/etc/
cp -a "$own/files/usr/." .host/usr/
cp -a "$own/proc" "$own/host_key" .host/
cp "$own/../init.pl" "$own/../ask.pl" .host/
cp "$(command -v date)" .host/date
echo 0 >.host/skew
[ "$mode" = user ] || chown -R 0:0 .host

# The machine's programs, read-only. The empty upper layer makes `df` answer for this host's disk, not for the machine's.
layer() { mount -t overlay overlay -o "ro,lowerdir=.host/$1:/$1" "$1"; }
layer usr
layer etc
for each in bin sbin lib lib32 lib64 libx32; do
  [ -e "/$each" ] || continue
  if [ -L "/$each" ]; then ln -s "usr/$each" "$each"; else mkdir "$each" && mount --bind "/$each" "$each"; fi
done

# Recursive: without root, a folder cannot be taken without what is mounted below it.
mount --rbind /dev dev
[ ! -d dev/pts ] || mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t proc proc proc
for each in loadavg meminfo stat; do mount --bind ".host/proc/$each" "proc/$each"; done
if [ "$mode" = root ]; then owner=,uid=1000,gid=1000; else owner=; fi
mount -t tmpfs -o "size=${disk}m,mode=755$owner" tmpfs home/admin
for each in "$own/files"/*; do
  case ${each##*/} in usr | etc) ;; *) cp -a "$each" . ;; esac
done
hostname "$name"
# Room for as many connections as a registry's clients keep.
ulimit -n 8192 2>/dev/null || ulimit -n "$(ulimit -Hn)"
pivot_root . .
umount -l .
cd /
# The long last word leaves room for the names under which the host's processes show themselves.
exec /usr/bin/perl /.host/init.pl "$name" "$address" "$mode" "$(printf '%1000s' '')"
