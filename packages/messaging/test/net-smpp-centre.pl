# An SMS center on Net::SMPP: takes one connection after another on a free port of the loopback address.
# Prints the port, then a line of JSON for each command, and one for each whole message: {from, to, text, parts}.
# It reassembles and decodes long messages without code of this repository, so that faults in that code are noticed.
use strict;
use warnings;
use Encode qw(decode);
use Encode::GSM0338;
use JSON::PP;
use Net::SMPP;

$| = 1;
my $json    = JSON::PP->new->ascii->canonical;
my $version = 0x34;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => $version) or die "cannot listen: $!";
print $listener->sockport, "\n";

my %unfinished;

sub take {
    my ($pdu) = @_;
    my ($bytes, $total) = ($pdu->{short_message}, 1);
    my $key = "$pdu->{source_addr}>$pdu->{destination_addr}";
    my $sequence = 1;
    if ($pdu->{esm_class} & 0x40) {
        my ($length, $element, $size, $reference);
        ($length, $element, $size, $reference, $total, $sequence) = unpack 'C6', $bytes;
        die "not a concatenation header" unless $length == 5 && $element == 0 && $size == 3;
        $bytes = substr $bytes, 6;
        $key .= ">$reference";
    }
    $unfinished{$key}{$sequence} = $bytes;
    return if keys %{ $unfinished{$key} } < $total;
    my $parts = delete $unfinished{$key};
    my $encoding = { 0 => 'gsm0338', 8 => 'UTF-16BE' }->{ $pdu->{data_coding} } or die "data_coding $pdu->{data_coding}";
    # each part is decoded separately, which fails if a surrogate pair or an escape sequence was split
    my $text = join '', map { decode($encoding, $parts->{$_}, Encode::FB_CROAK) } 1 .. $total;
    print $json->encode({ from => $pdu->{source_addr}, to => $pdu->{destination_addr}, text => $text, parts => $total }), "\n";
}

# Sends four receipts: one for an unknown message, an intermediate one, and the final one twice, since an SMS center
# sends a receipt again if it assumes that it was lost.
sub report {
    my ($session, $pdu, $number) = @_;
    my $done = sub { sprintf 'id:%010d sub:001 dlvrd:001 submit date:2611270700 done date:2611270701 stat:%s err:%03d text:Your', @_ };
    for my $text ($done->(7, 'DELIVRD', 0), $done->($number, 'ACCEPTD', 0), ($done->($number, 'UNDELIV', 69)) x 2) {
        $session->deliver_sm(
            source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr},
            esm_class => 4, short_message => $text, async => 1,
        );
    }
}

while (my $session = $listener->accept) {
    $session->set_version($version);
    while (my $pdu = $session->read_pdu) {
        my $command = $pdu->{cmd};
        print $json->encode({ command => $command }), "\n";
        if ($command == Net::SMPP::CMD_bind_transceiver) { $session->bind_transceiver_resp(system_id => 'perl', seq => $pdu->{seq}) }
        elsif ($command == Net::SMPP::CMD_bind_transmitter) { $session->bind_transmitter_resp(system_id => 'perl', seq => $pdu->{seq}) }
        elsif ($command == Net::SMPP::CMD_enquire_link) { $session->enquire_link_resp(seq => $pdu->{seq}) }
        elsif ($command == Net::SMPP::CMD_submit_sm) {
            take($pdu);
            # like many SMS centers: a hexadecimal id here, and the same number in decimal in the text of the receipt
            $session->submit_sm_resp(message_id => sprintf('%X', 0xABC000 + $pdu->{seq}), seq => $pdu->{seq});
            report($session, $pdu, 0xABC000 + $pdu->{seq}) if $pdu->{registered_delivery} & 1;
        }
        elsif ($command == Net::SMPP::CMD_unbind) {
            $session->unbind_resp(seq => $pdu->{seq});
            last;
        }
    }
    close $session;
}
