"""What Postfix and Dovecot are told: everything in one folder, on random ports of this machine, with a fast queue."""

from pathlib import Path
from string import Template

DOMAIN = "city.example"
PASSWORD = "right-password"

DOVECOT = Template(
    """
base_dir = $home/run
state_dir = $home/run
log_path = $home/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <$home/server.pem
ssl_key = <$home/server.key
disable_plaintext_auth = yes
default_internal_user = root
default_login_user = dovenull
mail_location = maildir:$home/mail/%n
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 0
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_format = %n
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
postmaster_address = postmaster@$domain
passdb {
  driver = static
  args = password=$password
}
userdb {
  driver = static
  args = uid=mail gid=mail home=$home/mail/%n allow_all_users=yes
}
namespace inbox {
  inbox = yes
}
service imap-login {
  inet_listener imap {
    port = $imap
  }
  inet_listener imaps {
    port = $imaps
    ssl = yes
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service lmtp {
  unix_listener $home/lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener $home/sasl {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
"""
)

MAIN = Template(
    """
compatibility_level = 3.6
queue_directory = $home/queue
data_directory = $home/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = $home/postfix.log
maillog_file_prefixes = /
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.$domain
mydestination =
mynetworks = 192.0.2.1/32
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = $domain
virtual_mailbox_maps = regexp:$home/boxes
virtual_transport = lmtp:unix:$home/lmtp
recipient_delimiter = +
message_size_limit = 41943040
mailbox_size_limit = 0
virtual_mailbox_limit = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
delay_warning_time = 3s
default_transport = smtp:[127.0.0.1]:$world
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_connection_cache_on_demand = no
smtpd_tls_cert_file = $home/server.pem
smtpd_tls_key_file = $home/server.key
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = $home/sasl
smtpd_client_restrictions =
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
"""
)

MASTER = Template(
    """
127.0.0.1:$smtp inet n - n - - smtpd
127.0.0.1:$submission inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
)

BOXES = f"/^(box|centre)[a-z0-9-]*([+].*)?@{DOMAIN.replace('.', '[.]')}$/ known\n"
"""Whose mail is taken; everybody else there is unknown."""

QUEUE = (
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace", "public",
    "maildrop", "pid",
)  # fmt: skip


def write(home: Path, ports: dict[str, int]) -> None:
    """Every file of the two servers but the certificate."""
    given = {"home": home, "domain": DOMAIN, "password": PASSWORD, **ports}
    (home / "dovecot.conf").write_text(DOVECOT.substitute(given))
    (home / "postfix").mkdir()
    (home / "postfix" / "main.cf").write_text(MAIN.substitute(given))
    (home / "postfix" / "master.cf").write_text(MASTER.substitute(given))
    (home / "boxes").write_text(BOXES)
