# What stands behind a command of a practice host that is answered from outside: passes its name and arguments on,
# prints what it is told, ends with the exit code it is given. Needs Perl's core only (perl-base).
use strict;
use warnings;
use Socket;

socket(my $door, PF_UNIX, SOCK_STREAM, 0) or die "$ARGV[0]: $!\n";
connect($door, pack_sockaddr_un('/.host/commands')) or die "$ARGV[0]: $!\n";
my $asked = join('', map { "$_\0" } @ARGV);
for (my $sent = 0 ; $sent < length $asked ;) {
    $sent += syswrite($door, $asked, length($asked) - $sent, $sent) || die "$ARGV[0]: $!\n";
}
shutdown($door, 1);
my $told = '';
while (sysread($door, $told, 65536, length $told)) { }
$told =~ s/^(\d+) (\d+)\n// or die "$ARGV[0]: no answer\n";
my ($code, $length) = ($1, $2);
$| = 1;
print STDOUT substr($told, 0, $length);
print STDERR substr($told, $length);
exit $code;
