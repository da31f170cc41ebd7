"""Rules text in which every construct of the language occurs; more than one test reads it."""

EVERYTHING = r'''
language 1
use "words.rules"
use standard "given"
component CmBot is bot
component Desk is desk
  hears always
  speaks when CmBot is disabled and not (Desk is not enabled or CmBot is not disabled)
component Audit is service speaks never hears when Desk is enabled
start with CmBot, Desk
list words = "agent", "real person"
list codes = 1, 2.5
list vips from "vips.txt"
calendar office
  mon-fri, sun 09:00-12:00, 13:00-17:30
  sat 10:00-14:00
  closed 2026-12-25, 2026-12-26
  open 2026-12-24, 2026-12-31 10:00-12:00
  zone "Europe/Amsterdam"
channel Instagram like 'Web Push'
  text 1000 bytes from "vendor: Send API", 640 characters with buttons
  picture native 8 MB image/jpeg image/png image/gif
  video native 25 MB
  audio none from "inferred: it has no sound"
  file emulated from "vendor: Send API" 5 MB thumbnail 100 KiB from "vendor: Send API"
  'file list' emulated
  card native title 80 description 80 buttons 3 caption 20 together 300
  carousel native 2 to 10
  template none
  button reply native 13 caption 20 rows 10
  button url native
  button calendar emulated
  postback 1000 characters
  reply window 24h from "vendor: policy", 7d for desk
  strict
channel SMS
  text 160 gsm with 70 ucs2 from "GSM 03.38", 153 gsm with ucs2

policy first_look first complete on message from customer
rule "every condition"
  when channel is WhatsApp and channel is not SMS and channel in (WhatsApp, RCS, 'Web Push')
    and message is text and message in (picture, video) and message is not 'file list' and message has buttons
    and text is "stop" and text is exactly "STOP" and text is not exactly "a" and text in exactly ("a", "b")
    and text starts with "order " and text ends with "?" and text starts with exactly any words
    and text contains "refund" and text contains any words and text contains any ("a", "b")
    and text mentions "agent" and text mentions any words and text contains exactly any words
    and text matches /order (?P<number>\d{6})\/x/si and number is "123456"
    and choice is "Yes" and choice index is 1
    and contact.language in ("nl", "fr") and sender in vips and sender not in vips
    and context.team is "billing" and context.order exists and intent is "none"
    and count of misses >= 2 and message.size > 5 MB and length of text > 500 and length of number <= 6
    and CmBot is enabled and CmBot is disabled and office is open and office is not closed
    and conversation age > 24h and count of misses < 2.0
    and last message from customer older than 24h and last message from CmBot older than 1h30m
    and last message from any bot older than 1d
    and sample 10% and account is shop and attempts in (1, 2) and (not (text is "x") or not not text is "y")
  then enable Desk
       disable CmBot
       hand over to Desk
       reset
       end conversation
       position CmBot at flow "welcome" step "{context.step}"
       set context.team to "general"
       set context.size to 12
       set context.number to number
       set context.language to contact.language
       set context.age to conversation age
       clear context.team
       add 1 to misses
       clear misses
       reply "Hello {contact.first_name or "there"}, {{braces}} {count of misses} {choice index} {length of text}"
       reply "Choose" with buttons "A", "B"
       reply picture "https://example.org/{text}.png" with buttons "More"
       reply picture "https://example.org/a.png"
       reply """
         Several lines
           with {conversation age} and "quotes"
         """
       tell Desk "the customer waits {n}"
       set timer remind for 10m
       cancel timer remind
       tag "vip"
       stop
       send to Desk only
       also send to Audit
       withhold
       redact /\d{16}/ with "***"
       replace text with "{text}!"
       drop buttons
       prefer channel RCS
       fall back to SMS after 30m
       refuse "no"
rule "otherwise" otherwise then stop
policy p1 every on message from any component
policy p2 unique on message from CmBot
policy p3 on message to customer
policy p4 on CmBot enabled
policy p5 on CmBot disabled
policy p6 on conversation starts
policy p7 on conversation ends
policy p8 on silence for 15m
policy p9 on silence of customer for 1h
policy p10 on no answer from Desk for 5m
policy p11 on timer remind
policy p12 on delivery failed
policy p13 on delivery failed to customer
policy p14 on delivery failed to Desk
policy p15 on request from any component
rule "requests"
  when request is enable or request is 'hand over' or target is CmBot or request.team is "vip"
  then refuse "not now"
policy p16 on request from Desk

downgrade carousel on SMS, 'Web Push' when message.size > 1 MB
  to text "{n}. {title}: {description}" and numbered buttons for each card
  remember choices for 24h
downgrade button url to link
downgrade picture to picture and card and cards and buttons and file and nothing for each button

test "every step"
  at 2026-11-20 10:00 in "Europe/Amsterdam"
  at 2026-11-20 24:00
  on WhatsApp
  sender is "+31612345678"
  account is shop
  contact.language is "nl"
  context.team is "vip"
  count of misses is 2
  CmBot is enabled
  Desk is disabled
  sample "every condition" is in
  sample "otherwise" is out
  customer says "I want {{a}} PERSON" with intent "none", 'buttons' "x" with channel "y"
  CmBot says "hello"
  customer sends picture "https://example.org/a.png" of 3 MB with buttons "A", "B" with mood "angry"
  Desk sends 'file list' "https://example.org/a.pdf"
  customer presses "Yes" over SMS
  Desk requests enable CmBot
  Desk requests disable CmBot
  Desk requests position CmBot at flow "a" step "b"
  Desk requests reset
  Desk requests end
  Desk requests hand over to CmBot
  delivery to Desk fails "timeout"
  delivery to customer fails "expired" with attempts 3
  delivery to customer succeeds
  conversation starts
  conversation ends
  after 16m
  expect rule "every condition"
  expect no rule
  expect CmBot is enabled
  expect Desk is disabled
  expect reply "Hello"
  expect reply /hel+o/i
  expect customer gets "Hello"
  expect customer gets picture over 'Web Push'
  expect Desk gets /x/
  expect nothing
  expect nothing to customer
  expect nothing to Desk
  expect withheld
  expect withheld "CmBot may not speak"
  expect refused
  expect refused "no"
  expect context.team is "vip"
  expect count of misses is 3
  expect position CmBot at flow "a" step "b"
  expect Desk notified
  expect timer remind
  expect tag "vip"
  expect loss "truncated"
'''
