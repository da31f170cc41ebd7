"""One good configuration with everything in it, and the environment that it refers to."""

from __future__ import annotations

GOOD = """\
rules = "policy.rules"

[server]
listen = "127.0.0.1:8080"
workers = 1
admin_listen = "127.0.0.1:8081"
admin_token = "env:POINTSMAN_ADMIN_TOKEN"

[ledger]
url = "sqlite:pointsman.db"
retention = "30d"

[accounts.shop]
id = "e17acdef-c918-423d-a01b-1000cd084f6a"
senders = { "Shop" = "+31100000000" }

[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["WhatsApp", "SMS", "RCS"]
secret = "env:GATEWAY_SECRET"
send_url = "http://127.0.0.1:9100/v1.0/message"
product_token = "env:CM_PRODUCT_TOKEN" # what proves us

[components.CmBot]
protocol = "cm"
account = "shop"
token = "env:BOT_TOKEN"
message_url = "http://127.0.0.1:9101/messages"
handover_url = "http://127.0.0.1:9101/handover"
copies = false
timeout = "10s"

[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK_TOKEN"
message_url = "http://127.0.0.1:9102/messages"
"""

ENV = {
    "POINTSMAN_ADMIN_TOKEN": "value-of-admin",
    "GATEWAY_SECRET": "value-of-gateway",
    "SAME_AS_GATEWAY": "value-of-gateway",
    "SECOND_SECRET": "value-of-second",
    "CM_PRODUCT_TOKEN": "value-of-product",
    "BOT_TOKEN": "value-of-bot",
    "DESK_TOKEN": "value-of-desk",
    "NEW_BOT_TOKEN": "value-of-new-bot",
    "EMPTY": "",
}
