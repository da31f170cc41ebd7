"""One conversation through all six component protocols by both channel protocols, over real HTTP.

The customer asks for one component after the other; each hears the question in its own protocol and answers in it, with
something that its protocol can say beside a text.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from answering_peers import Answering, Botpress, CustomBot, Model
from peers import ACCOUNT, BUSINESS, CUSTOMER, SECRETS, Component, Town, town
from vendors import ADAPTER, BOT_ID, Bot, TwoWayDesk

from pointsman.protocols.horisen import sign

pytestmark = pytest.mark.journey

NAMES = ("Cm", "TwoWay", "Horisen", "Ultimate", "Botpress", "Chat")
RULES = """\
language 1

{components}
start with Cm

policy choosing on message from customer

{rules}"""
CONFIG = """\
rules = "policy.rules"

[server]
listen = "127.0.0.1:{port}"
admin_token = "env:ADMIN_TOKEN"

[ledger]
url = "sqlite:pointsman.db"

[accounts.shop]
id = "{account}"

[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["RCS"]
secret = "env:GATEWAY_SECRET"
send_url = "http://127.0.0.1:{gateway}/v1.0/message"
product_token = "env:CM_PRODUCT_TOKEN"
default = true

[channels.easydialog]
protocol = "horisen"
account = "shop"
carries = ["RCS"]
secret = "env:EASY_DIALOG_KEY"

[components.Cm]
protocol = "cm"
account = "shop"
token = "env:BOT_TOKEN"
message_url = "http://127.0.0.1:{Cm}/messages"

[components.TwoWay]
protocol = "twoway"
account = "shop"
adapter = "{adapter}"
token = "env:DESK_TOKEN"
message_url = "http://127.0.0.1:{TwoWay}/messages"
handover_url = "http://127.0.0.1:{TwoWay}/handover"

[components.Ultimate]
protocol = "ultimate"
account = "shop"
base_url = "http://127.0.0.1:{Ultimate}"
bot_id = "{bot_id}"
api_key = "env:CM_PRODUCT_TOKEN"
token = "env:ULTIMATE_TOKEN"
"""
KEY, WEBHOOK_TOKEN = "easy-dialog-key", "ultimate-webhook-token"


class Everybody:
    """The town, and a peer for each component."""

    def __init__(self, place: Town) -> None:
        self.place = place
        self.gateway = place.gateway
        self.cm = Component("Cm", SECRETS["BOT_TOKEN"])
        self.twoway, self.ultimate = TwoWayDesk("TwoWay"), Bot("Ultimate")
        self.horisen, self.botpress, self.chat = CustomBot(), Botpress(), Model()
        self.peers = dict(
            zip(NAMES, (self.cm, self.twoway, self.horisen, self.ultimate, self.botpress, self.chat), strict=True)
        )

    def configure(self) -> None:
        ports = {name: peer.port for name, peer in self.peers.items()}
        whole = CONFIG.format(
            port=self.place.router.port,
            account=ACCOUNT,
            gateway=self.gateway.port,
            adapter=ADAPTER,
            bot_id=BOT_ID,
            **ports,
        )
        for name, peer in self.peers.items():
            if isinstance(peer, Answering):
                whole += peer.section.replace("Helper", name).format(helper=peer.port)
        (self.place.folder / "pointsman.toml").write_text(whole, encoding="utf-8")

    # What components do --------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Those that answer in their response know beforehand what they will say."""
        self.horisen.says(
            {"type": "picture", "url": "https://e.example/cat.png"}, {"type": "text", "content": "Horisen"}
        )
        choices = [{"title": "Yes", "value": "yes"}]
        self.botpress.says({"type": "single-choice", "text": "Botpress", "choices": choices})
        self.chat.says("Chat")

    async def cm_answers(self, question: str) -> None:
        heard = await self.cm.heard_text(question)
        assert heard["conversationalRouter"]["accountId"] == ACCOUNT
        body = {"content": "Cm", "type": "auto"}
        rich = {"conversation": [{"text": "Cm"}], "suggestions": [{"action": "reply", "label": "Yes"}]}
        message = {"from": BUSINESS, "to": [{"number": CUSTOMER}], "body": body, "richContent": rich}
        url, token = f"bmproxy/v1/accounts/{ACCOUNT}", {"X-CM-PRODUCTTOKEN": SECRETS["BOT_TOKEN"]}
        answer = await self.post(f"conversational/{url}", {"messages": {"msg": [message]}}, token)
        assert answer["messages"][0]["status"] == "Accepted"

    async def twoway_answers(self, question: str) -> None:
        body, _ = await self.twoway.heard_message(question)
        card = {"header": "TwoWay", "text": "A card", "suggestions": [{"action": "reply", "label": "Yes"}]}
        message = {"$type": "card", "direction": "ClientTerminated", "card": card}
        url = f"conversational/twoway/v2/accounts/{ACCOUNT}/adapters/{ADAPTER}"
        call = {"chat": body["chat"], "conversationMessages": [message]}
        answer = await self.post(url, call, {"X-CM-PRODUCTTOKEN": SECRETS["DESK_TOKEN"]})
        assert answer["message"].startswith("Message(s) accepted")

    async def ultimate_answers(self, question: str) -> None:
        chat = (await self.ultimate.told(eventType="message", text=question))["platformConversationId"]
        cards = [{"title": title, "buttons": [{"type": "button", "text": "Buy"}]} for title in ("Ultimate", "Shoes")]
        data = {"eventType": "sendMessage", "platformConversationId": chat, "carouselCards": cards}
        await self.post("hooks/Ultimate", {"botId": BOT_ID, "data": data}, {"Authorization": WEBHOOK_TOKEN})

    async def horisen_answers(self, question: str) -> None:
        await self.horisen.heard(lambda _, body: body["message"]["body"].get("content") == question)

    async def botpress_answers(self, question: str) -> None:
        await self.botpress.heard(lambda _, body: body["text"] == question)

    async def chat_answers(self, question: str) -> None:
        await self.chat.heard(lambda _, body: question in body["messages"][-1]["content"])

    async def post(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        async with self.place.client.post(f"{self.place.router.url}/{path}", json=body, headers=headers) as response:
            answer = await response.json()
            assert response.status < 300, answer
            return answer

    def answers(self, name: str) -> Callable[[str], Awaitable[None]]:
        found: Callable[[str], Awaitable[None]] = getattr(self, f"{name.lower()}_answers")
        return found

    # What the customer does ----------------------------------------------------------------------------------------

    async def asks_gateway(self, question: str, name: str) -> str:
        """Ask by CM's gateway; return what the customer is shown, as JSON."""
        before = len(self.gateway.calls)
        await self.place.customer_says(question, channel="RCS")
        await self.answers(name)(question)
        await self.gateway.heard(lambda _, body: name in json.dumps(body))
        return json.dumps([body for _, body in self.gateway.calls[before:]])

    async def asks_easy_dialog(self, question: str, name: str) -> str:
        """Ask by Easy Dialog's custom adapter; return the response."""
        message = {
            "from": CUSTOMER,
            "to": [{"number": BUSINESS}],
            "providerMsgID": question,
            "body": {"type": "text", "content": question},
        }
        raw = json.dumps({"channel": "RCS (RBM)", "message": message}).encode()
        url = f"{self.place.router.url}/hooks/easydialog"
        headers = {"X-BM-Signature": sign(raw, KEY), "Content-Type": "application/json"}

        async def posted() -> str:
            async with self.place.client.post(url, data=raw, headers=headers) as response:
                assert response.status == 200
                return await response.text()

        shown, _ = await asyncio.gather(posted(), self.answers(name)(question))
        return shown


def rules() -> str:
    components = "".join(f"component {name} is bot\n" for name in NAMES)
    choosing = (f'rule "{name}"\n  when text mentions "{name}"\n  then hand over to {name}\n' for name in NAMES)
    return RULES.format(components=components, rules="\n".join(choosing))


@asynccontextmanager
async def everybody(folder: Path) -> AsyncIterator[Everybody]:
    async with town(folder, rules=rules()) as place:
        them = Everybody(place)
        for peer in them.peers.values():
            await peer.start()
        try:
            them.configure()
            them.prepare()
            await place.router.start()
            yield them
        finally:
            await place.router.end()
            for peer in them.peers.values():
                await peer.stop()


SHOWN = {
    "Cm": ("Cm", "Yes"),
    "TwoWay": ("TwoWay", "A card", "Yes"),
    "Horisen": ("https://e.example/cat.png", "Horisen"),
    "Ultimate": ("Ultimate", "Shoes", "Buy"),
    "Botpress": ("Botpress", "Yes"),
    "Chat": ("Chat",),
}
"""What the customer is shown of each, whatever it came by."""


@pytest.mark.parametrize("way", ["gateway", "easy_dialog"])
def test_a_conversation_is_handed_from_protocol_to_protocol(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ULTIMATE_TOKEN", WEBHOOK_TOKEN)
    monkeypatch.setenv("EASY_DIALOG_KEY", KEY)

    async def main() -> None:
        async with everybody(tmp_path) as them:
            for name in NAMES:
                shown = await getattr(them, f"asks_{way}")(f"May I speak with {name}?", name)
                for words in SHOWN[name]:
                    assert words in shown, name
            handed = await them.twoway.notified()
            assert handed["changed"] == {"Cm": "disabled", "TwoWay": "enabled"}
            _, state = await them.place.router.ask("GET", f"/admin/conversations/{handed['chatId']}")
            assert them.ultimate.words() == ["May I speak with Ultimate?"]
            assert state["conversation"]["enabled"] == ["Chat"]

    asyncio.run(main())


def test_what_only_another_protocol_knows_is_said_by_its_fallback_else_refused_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ULTIMATE_TOKEN", WEBHOOK_TOKEN)
    monkeypatch.setenv("EASY_DIALOG_KEY", KEY)
    sticker = {"$type": "native", "direction": "ClientTerminated", "protocol": "viber", "kind": "sticker", "body": {}}

    async def main() -> None:
        async with everybody(tmp_path) as them:
            await them.place.customer_says("May I speak with TwoWay?", channel="RCS")
            heard, _ = await them.twoway.heard_message("May I speak with TwoWay?")

            async def says(**members: str) -> str:
                call = {"chat": heard["chat"], "conversationMessages": [{**sticker, **members}]}
                url = f"conversational/twoway/v2/accounts/{ACCOUNT}/adapters/{ADAPTER}"
                answer = await them.post(url, call, {"X-CM-PRODUCTTOKEN": SECRETS["DESK_TOKEN"]})
                return str(answer["message"])

            assert await says() == "dropped sticker of viber: nothing could be said of it (protocol cm)"
            assert await says(fallback="(a sticker)") == (
                "Message(s) accepted: emulated sticker of viber: text (protocol cm)"
            )
            await them.gateway.heard_text("(a sticker)")
            assert them.gateway.texts() == ["(a sticker)"]
            headers = {"Authorization": f"Bearer {SECRETS['ADMIN_TOKEN']}"}
            async with them.place.client.get(f"{them.place.router.url}/metrics", headers=headers) as response:
                counted = await response.text()
            for kind in ("dropped", "emulated"):
                assert f'pointsman_losses_total{{channel="gateway",kind="{kind}"}} 1.0' in counted

    asyncio.run(main())
