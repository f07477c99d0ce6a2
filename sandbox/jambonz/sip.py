"""What the first hook tells of the INVITE."""

from typing import TYPE_CHECKING, Any

from sandbox.jambonz.settings import PROVIDER, Settings

if TYPE_CHECKING:
    from sandbox.jambonz.leg import Leg

Json = dict[str, Any]
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 203.0.113.7\r\ns=-\r\nc=IN IP4 203.0.113.7\r\nt=0 0\r\nm=audio 40162 RTP/AVP 0 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n"
)


def told_inbound(leg: "Leg", settings: Settings) -> Json:
    """The body of ``session:new`` for a caller."""
    told = leg.told()
    del told["fs_sip_address"]
    name = f'"{leg.phone.name}"' if leg.phone.name else ""
    return (
        {"sip": _invite(leg, settings, name)}
        | told
        | {"has_recording": False, "caller_name": name, "local_sip_address": "127.0.0.1:5060", "service_provider_sid": PROVIDER}
        | defaults(settings, label=False)
    )


def defaults(settings: Settings, *, label: bool) -> Json:
    """The speech of the application; a placed call has a label as well."""
    more: Json = {"label": None} if label else {}
    return {
        "defaults": {
            "synthesizer": {"vendor": settings.vendor, "language": settings.language, "voice": settings.voice} | more,
            "recognizer": {"vendor": settings.vendor, "language": settings.language} | more,
        }
    }


def _invite(leg: "Leg", settings: Settings, name: str) -> Json:
    uri = f"sip:{leg.to}@127.0.0.1:5060"
    headers = {
        "via": "SIP/2.0/UDP 203.0.113.7:5060;branch=z9hG4bK" + leg.sid[:8],
        "from": f"{name} <sip:{leg.from_}@203.0.113.7>;tag={leg.sid[:8]}".strip(),
        "to": f"<{uri}>",
        "call-id": leg.call_id,
        "cseq": "1 INVITE",
        "max-forwards": "70",
        "contact": f"<sip:{leg.from_}@203.0.113.7:5060>",
        "X-Account-Sid": settings.account,
        "X-CID": leg.sbc_callid,
        "X-Forwarded-For": "203.0.113.7",
        "X-Originating-Carrier": settings.trunk,
        "content-type": "application/sdp",
        "content-length": str(len(_SDP)),
    }
    raw = f"INVITE {uri} SIP/2.0\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers.items()) + "\r\n" + _SDP
    return {
        "headers": headers,
        "raw": raw,
        "body": _SDP,
        "method": "INVITE",
        "version": "2.0",
        "uri": uri,
        "payload": [{"type": "application/sdp", "content": _SDP}],
    }
