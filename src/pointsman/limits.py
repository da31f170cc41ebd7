"""Every bound in the system, each with its reason.

Nothing in pointsman grows without a number on this page. Names end in their unit.
"""

from __future__ import annotations

# Rules text -----------------------------------------------------------------------------------------------------------
SOURCE_BYTES_MAX = 16 * 1024 * 1024
"""A rules file; 10,000 generated rules are about 3 MB."""
SOURCES_MAX = 1_000
"""Files of one program."""
LIST_VALUES_MAX = 1_000_000
"""Values of one list; the language promises that 100,000 cost what ten cost."""
PAGE_FILE_CHARACTERS_MAX = 2 * SOURCE_BYTES_MAX
"""A file of a page's case; enough to show what is said of a file that is too large."""
RULES_MAX = 100_000
"""Rules of one program."""
CONDITION_DEPTH_MAX = 64
"""Nesting of a condition; keeps recursion of every stage far from the interpreter's own limit."""
DIAGNOSTICS_MAX = 200
"""Reports of one run; a wrong file may repeat one mistake thousands of times."""
EVENT_CHAIN_MAX = 8
"""Events that raise one another in a row; fixed by the language."""
REGEX_MEMORY_BYTES_MAX = 8 * 1024 * 1024
"""RE2's budget for one expression; past it RE2 refuses the expression when it compiles."""

# One message ----------------------------------------------------------------------------------------------------------
BODY_BYTES_MAX = 4 * 1024 * 1024
"""An HTTP body: 1,000 messages a call (CM's own bound) of about 4 kB."""
BODY_DEPTH_MAX = 32
"""Nesting of JSON that is passed on as it is; a WhatsApp template nests nine deep."""
MESSAGES_PER_CALL_MAX = 1_000
"""CM Business Messaging API: up to 1000 `msg` a call."""
RECIPIENTS_PER_MESSAGE_MAX = 1_000
"""CM Business Messaging API: up to 1000 recipients of one `msg`."""
EVENTS_PER_CALL_MAX = 1_000
"""Events one call may cause: messages times recipients times parts."""
TEXT_CHARACTERS_MAX = 65_536
"""A text that rules look at; sixteen times the longest any channel carries."""
CONTEXT_KEYS_MAX = 64
CONTEXT_BYTES_MAX = 4_096
"""Context that travels with a handover: 4 kB is Sunshine switchboard's bound for the same thing."""
META_KEYS_MAX = 32
REFERENCE_CHARACTERS_MAX = 255
"""A sender's own id of a message; CM documents 32, clients send GUIDs and longer."""
REPORTS_AT_ONCE = 500
"""Status reports of one call that are looked up and committed together; the rest of a longer call follows."""
ADDRESS_CHARACTERS_MAX = 255
"""One end of a conversation; an e-mail address is the longest (RFC 5321: 254), and each is kept while idle."""
MUTATIONS_PER_REQUEST_MAX = 100
"""Changes asked for in one control request: more than any deployment has components."""
CHOICES_MAX = 100
"""Options remembered of one message: Telegram's keyboard is the widest."""
MESSAGES_RENDERED_MAX = 100
"""Messages that one may become on its channel: the longest text that rules look at is 72 of the longest SMS."""
BUTTON_PLANS_MAX = 1_000
"""Rows of kinds of buttons of which a channel remembers what becomes of them; a sender uses a handful."""
TYPES_REMEMBERED_MAX = 1_000
"""MIME types of which is remembered what kind of file they are; there are some hundred in use."""
FALLBACKS_MAX = 20
"""Messages of one conversation that go out again unless they arrive; few are sent before a customer answers."""
FALLBACKS_BYTES_MAX = 256 * 1024
"""And what they may hold together: they are written with each event of the conversation until they arrive."""
FALLEN_MAX = 100
"""Messages that went out again, of which a late report is known as one."""
TOKENS_MAX = 200
"""Postbacks remembered behind short tokens, of the latest messages: customers press old buttons, but not that old."""
POSTBACKS_BYTES_MAX = 64 * 1024
"""Options, and likewise tokens, of one conversation: ten cards of three buttons with 2 kB each, as RCS has them."""
DETAILS_CHARACTERS_MAX = 1_000
"""What a sender is told of one message in a line: reasons and losses; a call has up to 1,000 messages."""
LOSSES_TOLD_MAX = 10
"""Losses of one message that its sender is told, and that are kept for repeats; the decision record has them all."""
MESSAGE_ITEMS_MAX = 100
"""Cards or files of one message; the widest channel shows ten."""
CONTACT_CHARACTERS_MAX = 512
"""One thing that a channel knows of a customer; a postal address is the longest, and all are kept while idle."""
FIRINGS_PER_STEP_MAX = 10_000
"""Timers and waits that one `after` of a test may fire; a timer that sets itself again would go on for ever."""
TEST_PROCESSES_MAX = 64
"""Processes that play tests; more cost their starting and gain little."""
TRANSCRIPT_LINES_MAX = 10_000
"""Lines of one test's transcript; a silence that keeps coming back would fill the memory."""
RETOLD_LINES_MAX = 100
"""Lines of a failed test's transcript, and of what happened, that are shown: nobody reads more, and CI keeps it all."""
GLANCE_CHARACTERS_MAX = 200
"""How much of a text a decision record repeats."""
EXPLAINED_RULES_SHOWN_MAX = 200
"""Rules that did not fire, as an explanation tells of them on a terminal; the rest is counted."""
EXPLAINED_RULES_MAX = 10_000
"""Rules that an explanation in JSON tells of, of all triggers together; about 5 MB."""
EXPLAINED_LINES_MAX = 20
"""Lines of one rule that an explanation shows."""
REPLIES_PER_EVENT_MAX = 1_000
"""Messages one event may make; a program of 1,000 replying policies is a mistake, not a policy."""

# Service --------------------------------------------------------------------------------------------------------------
CONFIG_BYTES_MAX = 1024 * 1024
"""`pointsman.toml`: thousands of components."""
SECRET_BYTES_MAX = 64 * 1024
"""A file that a secret is read from; the longest signed tokens are a few kilobytes."""
WORKERS_MAX = 64
"""Processes that share one ledger file; they take turns at writing it, so more gain nothing."""
PENDING_SUBMISSIONS_MAX = 10_000
"""Events waiting for the writer; beyond it the answer is 503 with Retry-After."""
BATCH_MAX = 512
"""Events of one commit; 256 in a commit already cost 4 us each, and a batch delays all who wait for it."""
CONVERSATIONS_CACHED_MAX = 100_000
"""Conversations one process keeps between commits; measured 350 bytes each, up to 4 kB with context."""
ADDRESSES_REMEMBERED_MAX = 8_192
"""Addresses whose conversation's id is remembered: those of the events under way, 200 bytes each."""
SEEN_DAYS = 35
"""Ids already seen: CM repeats a webhook for one month."""
LEDGER_NUMBER_MAX = 2**63 - 1
"""The largest number that SQLite counts with."""
TURNS_PER_CONVERSATION_MAX = 500
"""What was said of one conversation, as kept: a long day of it; about 300 bytes each."""
DECISIONS_PER_CONVERSATION_MAX = 100
"""Decision records kept of one conversation."""
ROOM_BYTES_MIN = 1024 * 1024
"""Room on the ledger's disk without which `readyz` stays at 503 after a commit has failed; a large commit needs it."""
EVENT_ID_CHARACTERS_MAX = 256
"""Of an id already seen, as it is kept; a longer one is kept as its digest."""
QUEUES_LEASED_MAX = 4_096
"""Queues one process holds at once, under way or waiting their turn in memory; the rest waits in the ledger."""
QUEUES_LEASED_PER_DESTINATION_MAX = 2_048
"""Of them, those of one destination: half, so that one that hangs leaves as many to the others."""
QUEUES_IN_FLIGHT_MAX = 512
"""Deliveries under way at once in one process: a socket each, of the 1,024 that a process commonly may open."""
QUEUES_IN_FLIGHT_PER_DESTINATION_MAX = 256
"""Of them, those to one component or by one connection; more make a fast one no faster, and a slow one no slower."""
PASSING_CALLS_MAX = 64
"""Calls under way that nobody waits for, such as that a customer is typing: sockets beside those of deliveries."""
PASSING_CALL_MS = 2_000
"""The time of one: who has stopped typing is not worth a call."""
DELIVERY_ATTEMPTS_MAX = 12
"""About an hour with the back-off below; then the dead letters."""
RETRY_DELAY_MS_FIRST = 500
RETRY_DELAY_GROWTH = 3
"""Each delay is so many times the one before: 0.5 s, 1.5 s … 6 min, then ten minutes each."""
RETRY_DELAY_MS_MAX = 600_000
RETRY_AFTER_MS_MAX = 600_000
"""An unbounded Retry-After parks a queue for ever."""
HISTORY_TURNS_MAX = 100
"""Earlier turns that a component is sent along with a message or a hand-over; more are had from the transcript."""
HISTORY_BYTES_MAX = 256 * 1024
"""And what they may hold together, the newest alone excepted: common servers refuse a body of a megabyte."""
REQUESTS_WAITING_MAX = 1_000
"""Requests of one process that wait for what a customer is told in their response; further ones are answered 503."""
RESPONSE_QUIET_MS = 300
"""How long nothing more must come before such a response is given ahead of its time: bots say things in a row."""
RESPONSE_LOOK_MS = 50
"""How often a process whose requests wait looks for what other processes have committed for them."""
MESSAGES_PER_RESPONSE_MAX = 100
"""Messages that leave in the response to a customer's; the rest leaves in the next, or not."""
RESPONSE_GRACE_MS = 1_000
"""How long what leaves in a response may still be taken into one after its time is over: the ledger may be busy."""
RESPONSE_BYTES_MAX = 1024 * 1024
"""A destination's answer; replies of a synchronous component come in it."""
LOGIN_LEAD_MS = 60_000
"""How long before its end a bearer token is renewed: longer than a delivery takes that was begun with it."""
DELIVERY_TIMEOUT_MS = 10_000
DRAIN_MS_MAX = 10_000
"""After SIGTERM, the time for deliveries under way."""
TIMERS_PER_SWEEP_MAX = 1_000
SWEEP_MS = 1_000
"""How often a process looks for work that a dead process left."""
PURGE_ROWS = 500
"""Rows that one transaction of a purge looks at; a few milliseconds, so that no event waits for housekeeping."""
GENERATIONS_KEPT = 10
"""Programs kept for rollback."""
WATCH_QUIET_MS = 100
"""Files must be unchanged for this long before a build: editors write in several steps."""
TIMER_MS_MAX = 366 * 24 * 3_600_000
"""Longest timer, silence or wait of the language."""
LOG_MS = 1_000
"""How often one recurring fault is logged."""
QUERY_FIELDS_MAX = 100
"""Parameters of one URL; vendors send a handful."""
BIND_MS_MAX = 2_000
"""How long `serve` tries for its address: a predecessor may still be draining."""
BUILD_MS_MAX = 120_000
"""A build that takes longer is stopped; checking 10,000 rules is to take under 60 s."""
WATCH_POLL_MS = 100
"""How often the few files that make the program are looked at."""
RELOAD_WAIT_MS_MAX = 10_000
"""How long `reload --wait` waits for the slowest worker after the pointer moved."""
NOTICE_MS = 500
"""How often a worker looks for a pointer that nobody told it had moved."""
STOP_MS_MAX = 2_000
"""Beyond the drain, the time for closing the ledger."""
WORKER_YOUNG_MS = 2_000
"""A worker that dies younger than this is replaced after a pause."""
RESPAWN_MS_MAX = 5_000
"""The longest such pause."""
ADMIN_TOKEN_BYTES = 32
"""Randomness of an admin token that `serve` makes."""
DEAD_LETTERS_SHOWN_MAX = 100
"""Dead letters of one answer of the admin API."""
METRIC_TAGS_MAX = 1_000
"""Tags that one process counts apart; each is a time series, and reloads bring new ones."""
PURGE_MS = 3_600_000
"""How often what has outlived `retention` is dropped."""

# Proofs ---------------------------------------------------------------------------------------------------------------
PROOF_STEPS_MAX = 20_000
"""Steps of the solver for one question; what is not decided by then rarely is, and is reported as undecided."""
NEAREST_CHANGES_MAX = 4
"""Variables that the nearest change of an event may touch: one of five is another event."""
NEAREST_MOMENTS_MAX = 500
"""Openings and closings that are tried for the first that helps; a year of one calendar."""
NEAREST_QUESTIONS_MAX = 2_000
"""Questions that one search for the nearest change asks; a few seconds."""
PROOF_WAYS_MAX = 256
"""Ways in which the conditions of downgrades may come out for one message; a rung or two have a handful."""
PROOF_RENDERINGS_MAX = 20_000
"""Messages that the proof of renderings looks at on one channel, each way counted: two or three seconds."""
PROOF_EXAMPLES_TRIED_MAX = 12
"""Messages without a rendering of which a test is tried, for one report."""
TOLD_NUMBER_MAX = 2**53
"""Counters and sizes in an event told in JSON: up to here every whole number is one that rules can compare with."""
PROOF_QUESTIONS_MIN = 10_000
"""Questions to the solver that each proof about a program may take, however small the program."""
PROOF_BOUNDARIES_MAX = 200_000
"""Openings and closings looked at for what a set of calendars can say together: a second or two."""
PROOF_QUESTIONS_PER_RULE_MAX = 4
"""And so many more for each of its rules; an ordinary rule needs one or two."""
PROOF_ROUNDS_MAX = 200
"""Rules that may take an event from a rule, one after the other, before the question is given up."""
PROOF_FINDINGS_MAX = 200
"""Findings of one proof in one run; no more reports are shown."""
PROOF_PARTNERS_MAX = 6
"""Other rules that are looked for, which share events with one rule; a report names some and counts the rest."""
PROOF_GROUP_MAX = 32
"""Rules that are held against one rule in one question."""
