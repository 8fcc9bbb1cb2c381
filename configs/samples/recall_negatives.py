"""Sites that a recall classifier must learn to leave alone, written for this project: sentences, shuffled into pages.

Each site is a heading pattern and sentences; a page takes some of them in a seeded order, so that pages of a site are
alike and none is another's copy. Sites with "Q:" sentences are question-and-answer pages about nothing that is taught.
"""

import hashlib
from collections.abc import Iterator

SEED = "recall-negatives-1"
PAGES_PER_SITE = 8
SENTENCES_PER_PAGE = 11

SITES: dict[str, tuple[str, ...]] = {
    "kitchen.example": (
        "Soak the beans overnight and drain them before you start, or use two tins if you are short of time.",
        "Warm the oil in a heavy pan, add the onions and let them go soft and golden without hurrying them.",
        "Stir in the garlic, the cumin and a pinch of chilli, and wait until the kitchen smells of all three.",
        "The dough should feel tacky but not stick to your hands; add a spoonful of flour if it does.",
        "Cover the bowl with a damp cloth and leave it somewhere warm until it has doubled, about an hour and a half.",
        "My grandmother never weighed anything for this soup, so treat the quantities below as a friendly suggestion.",
        "Bake in the middle of the oven for 35 minutes, then lower the heat and give it another ten.",
        "It keeps for three days in the fridge and tastes better on the second.",
        "Serve with a green salad, good bread and whatever is left of the wine.",
        "Taste before you salt, because the olives and the cheese bring plenty of their own.",
        "If the sauce splits, take it off the heat and whisk in a spoonful of cold water.",
        "Readers have written to say that it works just as well with chickpeas or with white beans.",
        "Slice the lemons as thinly as you can and lay them over the fish so that they overlap a little.",
        "Freeze the rest in small portions; you will be glad of them on a wet evening in November.",
    ),
    "trails.example": (
        "The path leaves the car park behind the chapel and climbs through beech woods to an open ridge.",
        "Take the early bus from the harbour; the last one back leaves at twenty past six and does not wait.",
        "We stayed at a small guesthouse above the bakery, with a balcony that caught the morning sun.",
        "In spring the meadows are wet, so bring boots rather than trainers and a dry pair of socks.",
        "The viewpoint is crowded by eleven, but hardly anybody walks the extra mile to the second one.",
        "Tickets for the cable car can be bought online and are cheaper on weekdays outside the school holidays.",
        "There is a spring with drinking water halfway up and a hut that sells soup from May to October.",
        "Our guide told stories about smugglers all the way down, and I believed about half of them.",
        "If it rains, the town museum is small, warm and free on Thursdays.",
        "The ferry crossing takes forty minutes and can be rough when the wind comes from the west.",
        "Dogs are welcome on the lower path but not in the nature reserve.",
        "Pack light: the lanes are cobbled and the wheels of our suitcases did not survive them.",
        "From the lighthouse you can see three islands on a clear day and none at all on most others.",
        "Ask for a room at the back, since the church bells begin at six.",
    ),
    "gazette.example": (
        "The council voted late on Tuesday to keep the public library open on Saturday mornings.",
        "Residents of Mill Lane complained about lorries using the narrow street as a short cut to the quarry.",
        "The mayor said that the money for the new footbridge would come from this year's budget.",
        "Firefighters were called to a warehouse near the station shortly after midnight; nobody was hurt.",
        "The home team lost again, and the coach spoke of a season that everybody would rather forget.",
        "A spokeswoman for the water company apologised for the smell and promised repairs by the end of the week.",
        "Police are looking for witnesses who saw a red van leave the scene in the direction of the motorway.",
        "The choir will sing in the market hall on Sunday; admission is free and donations go to the hospice.",
        "Opposition members walked out after the chair refused to put the motion to a second vote.",
        "Shopkeepers fear that the roadworks will keep customers away during the weeks before the holidays.",
        "The school's old gymnasium is to be pulled down next spring after years of argument.",
        "According to the report, more people left the district last year than moved into it.",
        "The bakery on the corner closes after three generations because nobody wants to take it over.",
        "The hearing continues on Monday, when two former employees are expected to give evidence.",
    ),
    "gadgets.example": (
        "Q: How do I reset the speaker? A: Hold the power button until the light turns white, then let go.",
        "Q: Why does my watch not connect to my phone? A: Switch Bluetooth off and on and pair the two again.",
        "Q: Can I return a product that I have opened? A: Yes, within thirty days, with everything in the box.",
        "Q: What is the delivery time? A: Orders placed before noon leave our warehouse on the same day.",
        "Q: Does the warranty cover the battery? A: It covers defects for two years, but no loss of capacity.",
        "Q: Where do I find the serial number? A: On the label under the battery cover and on the original carton.",
        "Q: The app shows an error after the update. What should I do? A: Delete it and install it again.",
        "Q: Which cable do I need? A: Any certified cable with the right plug will do; ours is sold in the shop.",
        "Q: How can I change my delivery address? A: Log in, open your order and choose another address.",
        "Q: Do you ship abroad? A: We ship to most European countries; customs fees are not included in the price.",
        "Q: How do I delete my account? A: Write to our support team from the address you signed up with.",
        "Q: Is the charger included? A: No, to avoid waste we sell it separately.",
        "Q: What does the blinking red light mean? A: The device is too hot. Let it cool down in the shade.",
        "Q: Can I pay by invoice? A: Companies can; please ask for an account first.",
    ),
    "allotment.example": (
        "Posted by Marrow: my courgettes flower like mad and then drop everything. Anybody else this year?",
        "Posted by Fern: same here, I blame the cold nights. Give it another week before you pull them out.",
        "Posted by OldSpade: slugs had all my lettuce in one night, so I am back to beer traps and bad language.",
        "Posted by Fern: has anyone tried wool pellets? They cost a fortune but my neighbour swears by them.",
        "Posted by Thistle: I sow carrots in gutters first and slide them into the bed. No more gaps.",
        "Posted by Marrow: thanks all, I gave them some tomato feed and there are three fruits now!",
        "Posted by OldSpade: never water in the midday sun, whatever the fellow on the radio says.",
        "Posted by Quince: swap you a bucket of plums for some of those runner beans.",
        "Posted by Thistle: the committee wants the paths cleared before the open day, so please bring shears.",
        "Posted by Quince: compost smells of eggs again. More cardboard, I suppose.",
        "Posted by Fern: pictures of the pond are in the gallery, the newts are back.",
        "Posted by Marrow: does rhubarb mind being moved in the autumn? The bed is needed for the shed.",
        "Posted by OldSpade: it sulks for a year and then it is fine.",
        "Posted by Thistle: reminder, the water is turned off from the first of November.",
    ),
    "museum.example": (
        "The permanent collection shows how the town lived from wool for four centuries.",
        "Guided tours start at two o'clock every Sunday and last about an hour.",
        "The portrait in the second room was painted in 1764 and came to us from a private house.",
        "Visitors with a wheelchair reach all floors by lift; please ring the bell at the side entrance.",
        "The new exhibition brings together letters, maps and costumes lent by families of the region.",
        "Our café serves cakes from the village and looks out over the old orchard.",
        "Photography without flash is allowed except in the treasury.",
        "The loom on the ground floor still works, and a volunteer shows it on the first Saturday of the month.",
        "School groups enter free of charge and should book at least a week in advance.",
        "After the fire of 1888 the roof was rebuilt in iron, which the guild thought ugly at the time.",
        "Friends of the museum receive the newsletter and an invitation to every opening.",
        "The bell in the courtyard was cast by a travelling founder whose name nobody recorded.",
        "The shop sells prints, postcards and the catalogue of the current exhibition.",
        "We are closed on Mondays and during the last week of January.",
    ),
    "saddle.example": (
        "Posted by Ramp: new bike creaks when I stand up on the pedals. Bottom bracket or saddle post?",
        "Posted by Cog: take the post out, clean it, put a bit of grease on it. It is nearly always the post.",
        "Posted by Drizzle: which rain jacket do you wear to work? Mine leaks at the shoulders after one winter.",
        "Posted by Ramp: it was the post. Silent now, cheers!",
        "Posted by Heron: the ride on Sunday starts at the fountain, usual pace, cake at the mill.",
        "Posted by Cog: tubeless is great until it is not. I still carry a spare tube.",
        "Posted by Drizzle: somebody stole my front light outside the supermarket, who does that?",
        "Posted by Heron: the shop by the bridge does a full service in two days and they are honest people.",
        "Posted by Ramp: selling a child seat, hardly used, collection only.",
        "Posted by Mudguard: please do not park cargo bikes across the ramp, the wheelchair users need it.",
        "Posted by Cog: chain lasted one winter this time. Salt eats everything.",
        "Posted by Heron: moderators, can we pin the thread about the closed tunnel?",
        "Posted by Mudguard: done. The detour along the canal is signposted now.",
        "Posted by Drizzle: bought the yellow one in the end, thanks for all the replies.",
    ),
    "tenants.example": (
        "Q: Can my landlord come in without asking? A: Only in an emergency; otherwise a visit must be announced.",
        "Q: Who pays for a broken boiler? A: The landlord, unless you damaged it yourself.",
        "Q: When do I get my deposit back? A: Usually within three months of moving out, less what is owed.",
        "Q: May I keep a cat? A: Small pets can rarely be forbidden; ask for the answer in writing.",
        "Q: My neighbour plays the drums at night. What can I do? A: Keep a diary of the noise.",
        "Q: Can the rent be raised every year? A: Not beyond what is usual in the area, and only with notice.",
        "Q: Do I have to paint the walls? A: Read your contract; many such clauses are void.",
        "Q: What if there is mould? A: Report it at once and air the rooms; you may be allowed to pay less rent.",
        "Q: Is subletting allowed? A: Not without permission, though there are good reasons that must be accepted.",
        "Q: How long is the notice period? A: Three months for tenants, whatever the contract says.",
        "Q: The heating bill looks wrong. What now? A: Ask to see the receipts before you pay the rest.",
        "Q: Can I change the locks? A: Yes, but keep the old ones and put them back when you leave.",
        "Q: Who clears the snow? A: Whoever the contract names; otherwise the owner.",
        "Q: Where can I get help? A: Our advisers are in the office on Tuesday afternoons.",
    ),
}  # fmt: skip


def pages(site: str) -> Iterator[tuple[str, str]]:
    """Address and text of each page of a site."""
    for number in range(PAGES_PER_SITE):
        drawn = sorted(
            SITES[site], key=lambda sentence: hashlib.sha256(f"{SEED}/{number}/{sentence}".encode()).digest()
        )
        yield f"https://{site}/page-{number + 1}", "\n".join(drawn[:SENTENCES_PER_PAGE])
