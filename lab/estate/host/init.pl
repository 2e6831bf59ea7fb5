# Process 1 of a practice host, and, forked from it, one stand-in process per program.
# Reads tab-separated orders from standard input and ends, with the whole host, when that input ends.
# Needs Perl's core only (perl-base).
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_TCP);
use POSIX qw(:sys_wait_h);
use Fcntl;

my ($NAME, $ADDRESS, $MODE) = @ARGV;
my $RELAY = '/proc/self/fd/5/sock';    # the supervisor's socket; descriptor 5 is its folder, outside of this root
my $TCP_REPAIR = 19;
my $UP = 0x49;                         # IFF_UP | IFF_LOOPBACK | IFF_RUNNING
my %program;                           # id => pid

$SIG{PIPE} = 'IGNORE';
$0 = '/sbin/init';
say_name('init');
network();
my $ssh = listener('0.0.0.0', 2022);
my $children = 0;
$SIG{CHLD} = sub { $children = 1 };
$| = 1;
print "ready\n";

my $orders = '';
while (1) {
    my $ready = bits(\*STDIN, $ssh);
    my $count = select($ready, undef, undef, 10);
    reap();
    next if $count < 1;
    login() if vec($ready, fileno($ssh), 1);
    next unless vec($ready, fileno(STDIN), 1);
    sysread(STDIN, $orders, 65536, length $orders) or exit 0;
    while ($orders =~ s/^([^\n]*)\n//) { obey(split /\t/, $1) }
}

sub obey {
    my ($order, $id, @shown) = @_;
    if ($order eq 'run') {
        my $pid = fork // die "fork: $!";
        if ($pid == 0) { stand_in($id, @shown); exit 0 }
        $program{$id} = $pid;
    }
    elsif ($order eq 'end' && $program{$id}) { kill 'KILL', $program{$id} }
}

sub reap {
    return unless $children;
    $children = 0;
    while ((my $pid = waitpid(-1, WNOHANG)) > 0) {
        for my $id (grep { $program{$_} == $pid } keys %program) { delete $program{$id}; print "ended\t$id\n" }
    }
}

# A login from inside the host; logins from outside reach sshd through the supervisor.
sub login {
    accept(my $client, $ssh) or return;
    my $pid = fork // return;
    return if $pid;
    open STDIN,  '<&', $client;
    open STDOUT, '>&', $client;
    open STDERR, '>', '/dev/null';
    exec '/usr/sbin/sshd', '-i';
    exit 1;
}

# What stands in for one program: shows the real command line, listens, connects, passes every accepted connection on.
sub stand_in {
    my ($id, $name, $user, $title) = @_;
    $SIG{CHLD} = 'DEFAULT';
    close $ssh;
    open STDIN,  '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    $0 = $title;
    say_name($name);
    # Real user admin, so that admin may end it; the saved user stays root for ports and connections.
    if ($MODE eq 'root' && $user eq 'admin') { $) = '1000 1000'; $( = 1000; $< = 1000; $> = 1000 }
    my $control = relay('program', $id);
    my (%listening, %peer, %client, %other);    # port => socket, key => socket, port => sockets, descriptor => socket at the other end
    my $said = '';
    while (1) {
        my @all = ($control, values %listening, map { $_->[0] } values %other);
        my $ready = bits(@all);
        next if select($ready, undef, undef, undef) < 1;
        if (vec($ready, fileno($control), 1)) {
            sysread($control, $said, 65536, length $said) or exit 0;
            while ($said =~ s/^([^\n]*)\n//) {
                my ($order, @rest) = split /\t/, $1;
                my $done = eval {
                    if ($order eq 'listen') { $listening{$rest[0]} //= as_root(sub { listener('0.0.0.0', $rest[0]) }) }
                    elsif ($order eq 'close') {
                        close(delete $listening{$rest[0]}) if $listening{$rest[0]};
                        delete $client{$rest[0]};
                        # Whoever was connected to that port loses the connection too.
                        for my $pair (grep { $_->[2] == $rest[0] } values %other) { part($pair, \%other) }
                    }
                    elsif ($order eq 'connect') { $peer{$rest[0]} //= as_root(sub { established($rest[1], $rest[2], 0) }) }
                    elsif ($order eq 'clients') { as_root(sub { clients($rest[0], $rest[1], $client{$rest[0]} //= []) }) }
                    elsif ($order eq 'drop') { close(delete $peer{$rest[0]}) if $peer{$rest[0]} }
                    elsif ($order eq 'dial') { dial($rest[0], $rest[1], \%other) }
                    1;
                };
                my $why = $done ? 'done' : "failed\t$@";
                $why =~ s/\n/ /g;
                send_all($control, "$why\n");
            }
            next;
        }
        for my $port (keys %listening) {
            my $socket = $listening{$port} or next;
            next unless vec($ready, fileno($socket), 1);
            accept(my $client, $socket) or next;
            my $far = eval { relay('conn', $id, $port) } or next;
            join_up($client, $far, $port, \%other);
        }
        for my $fd (keys %other) {
            my $pair = $other{$fd} or next;
            next unless vec($ready, $fd, 1);
            my $read = sysread($pair->[0], my $bytes, 65536);
            next if $read && send_all($pair->[1], $bytes);
            part($pair, \%other);
        }
    }
}

# The supervisor asks for a connection to one of this host's own ports.
sub dial {
    my ($port, $id, $other) = @_;
    my $far = relay('dial', $id);
    socket(my $near, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    if (connect($near, pack_sockaddr_in($port, inet_aton('127.0.0.1')))) { join_up($near, $far, 0, $other) }
}

sub join_up {
    my ($one, $two, $port, $other) = @_;
    $other->{fileno $one} = [$one, $two, $port];
    $other->{fileno $two} = [$two, $one, $port];
}

sub part {
    my ($pair, $other) = @_;
    for my $socket (@$pair[0, 1]) { delete $other->{fileno $socket} }
    close $_ for @$pair[0, 1];
}

sub relay {
    my $header = join("\t", $_[0], $NAME, @_[1 .. $#_]) . "\n";
    socket(my $far, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
    as_root(sub { connect($far, pack_sockaddr_un($RELAY)) or die "relay: $!" });
    send_all($far, $header);
    return $far;
}

sub listener {
    my ($address, $port) = @_;
    socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
    bind($socket, pack_sockaddr_in($port, inet_aton($address))) or die "bind $port: $!";
    listen($socket, 64) or die "listen $port: $!";
    return $socket;
}

# An established connection between a port of this host, any one when it is 0, and an address outside of it.
# In repair mode the kernel takes the other end as given.
sub established {
    my ($address, $port, $own) = @_;
    socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    setsockopt($socket, IPPROTO_TCP, $TCP_REPAIR, 1) or die "repair: $!";
    bind($socket, pack_sockaddr_in($own, inet_aton($ADDRESS))) or die "bind $ADDRESS:$own: $!";
    connect($socket, pack_sockaddr_in($port, inet_aton($address))) or die "connect $address:$port: $!";
    return $socket;
}

# As many connections of clients, each of a machine of its own, on a port of this host.
sub clients {
    my ($port, $count, $all) = @_;
    splice @$all, $count if @$all > $count;
    while (@$all < $count) {
        my $k = @$all;
        push @$all, established(sprintf('10.66.%d.%d', 200 + $k / 250, 1 + $k % 250), 32768 + ($k * 37) % 28000, $port);
    }
}

sub network {
    socket(my $any, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
    my $set = sub { my ($request, $body) = @_; ioctl($any, $request, $body) or die "lo: $!" };
    $set->(0x8914, pack('a16 s x22', 'lo', $UP));
    $set->(0x8916, pack('a16 a16 x8', 'lo:1', pack_sockaddr_in(0, inet_aton($ADDRESS))));
    $set->(0x891c, pack('a16 a16 x8', 'lo:1', pack_sockaddr_in(0, inet_aton('255.255.0.0'))));
}

sub as_root {
    my ($do) = @_;
    return $do->() if $MODE ne 'root' || $> == 0;
    $> = 0;
    my @result = eval { $do->() };
    my $why = $@;
    $> = 1000;
    die $why if $why;
    return $result[0];
}

sub send_all {
    my ($socket, $bytes) = @_;
    my $sent = 0;
    while ($sent < length $bytes) {
        my $count = syswrite($socket, $bytes, length($bytes) - $sent, $sent) or return 0;
        $sent += $count;
    }
    return 1;
}

sub bits {
    my $bits = '';
    vec($bits, fileno($_), 1) = 1 for @_;
    return $bits;
}

sub say_name {
    my ($name) = @_;
    open(my $comm, '>', '/proc/self/comm') or return;
    print $comm $name;
}
