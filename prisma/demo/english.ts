import { afterwards, answer, ask, event, note, present, show, type Story } from "./story.ts";

const day = 24 * 60;

/** Conversations in English. */
export const english: readonly Story[] = [
  {
    customer: "olivia", ago: 9, status: "open", assignee: null, tags: ["spare parts"], unread: 2,
    lines: [
      ask("Hi! I dropped the lid of my teapot and it broke. Do you sell lids on their own?", 0),
      show(["lidless"], "It’s this one, bought last spring. The opening is 62 mm across.", 1.5),
    ],
  },
  {
    customer: "daniel", ago: 74, status: "open", assignee: "emma", tags: ["shipping", "customs"],
    lines: [
      ask("Hello, do you ship to South Korea?", 0),
      event("assigned", "mei"),
      answer("mei", "Hello! Yes, we do. It takes 5 to 7 days with EMS.", 6),
      event("transferred", "emma", 2),
      answer("emma", "Hi Daniel, Emma here. Orders above 80 dollars ship free of charge.", 1),
      ask("Great. Will I have to pay customs?", 4),
      answer("emma", "Up to 150 dollars there is no duty on tea for personal use. Above that it’s your customs office that decides, sorry.", 2.5),
      ask("Understood. I’ll keep it below that then.", 3),
      ask("I just ordered the gift box and two tins.", day - 100),
      answer("emma", "Thank you! It left the warehouse this morning.", 12),
      present("emma", { pictures: ["parcel"], text: "Here’s your parcel before the courier came. The tracking number is in your e-mail." }, 2),
      ask("Wow, that was quick", 5),
      ask("The tracking says “held at customs” since yesterday. Is that normal?", day + 40),
      answer("emma", "That’s usual, they check a sample of food parcels. It clears within two working days almost always.", 3),
      note("emma", "If it’s still held in two days, call the broker and send the invoice once more: they asked for it the last two times.", 1),
      answer("emma", "I’ve sent them the invoice to be on the safe side, and I’ll look again tomorrow morning.", 2),
      ask("Thanks Emma, much appreciated!", 4),
      answer("emma", "You’re welcome. I’ll write as soon as it moves.", 1.2),
    ],
  },
  {
    customer: "guestC", ago: 2.5, status: "open", assignee: "emma", unread: 1,
    lines: [
      ask("hi, which tea has the least caffeine?", 0),
      event("assigned", "emma", 1),
      afterwards(answer("emma", "Hi! That would be our white tea.", 0.8), "recalled"),
      answer("emma", "Hi! Of the teas it’s hojicha, about a third of a green tea. With none at all: the chrysanthemum and the barley.", 0.9),
      ask("oh nice. is the barley one gluten free?", 1.2),
    ],
  },
  {
    customer: "lucas", ago: 7 * 60, status: "snoozed", assignee: "emma", tags: ["wholesale"], priority: "high", snoozedFor: 43,
    lines: [
      ask("Good morning, we run two cafés in Hamburg and would like to serve your oolong. Do you have wholesale prices?", 0),
      event("assigned", "emma"),
      answer("emma", "Good morning Lucas! We do, from 5 kg. May I ask how much you’d need in a month?", 4),
      ask("About 8 kg to begin with, loose leaf.", 7),
      answer("emma", "Then it’s 20 % below the list price, and we send samples first. I’ll have the exact offer for you in two days.", 3),
      note("emma", "Waiting for the spring harvest prices from the grower. Promised him the offer by then.", 1),
      ask("Perfect, take your time.", 6),
    ],
  },
  {
    customer: "priya", ago: 2 * day + 90, status: "resolved", assignee: "emma", tags: ["allergy"],
    lines: [
      ask("Does the jasmine pearl tea contain any nuts? I have an allergy.", 0),
      event("assigned", "emma"),
      answer("emma", "Thanks for asking first. The tea contains only green tea and jasmine flowers.", 2),
      answer("emma", "It is packed on a line that also packs our almond oolong, though. If traces matter to you, I’d rather advise against it.", 1),
      ask("Traces do matter, so I’ll pass. Thank you for being honest!", 3),
      present("emma", { pictures: ["tins"], text: "The three in these tins are packed on a separate line, without any nuts." }, 4),
      ask("Lovely, I’ll take the green one.", 6),
      event("resolved", null, 15),
    ],
  },
];
