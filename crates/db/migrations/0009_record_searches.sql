-- What shoppers look for and do not find is told to staff, who then say what it is called here (synonyms) or where it leads (redirects).

-- Each day's searches by their words: how often, how many products had all the words when it was last asked, and how many were shown in
-- their place. Nothing in it says who asked.
CREATE TABLE searches (
    day text NOT NULL,
    words text NOT NULL,
    n_searches bigint NOT NULL,
    n_found bigint NOT NULL,
    n_instead bigint NOT NULL,
    PRIMARY KEY (day, words)
);

-- Words that mean the same. With `finds`, whoever looks for one of `words` also finds these, but not the other way round.
CREATE TABLE search_synonyms (
    id uuid PRIMARY KEY,
    words text NOT NULL,
    finds text NOT NULL DEFAULT '',
    CONSTRAINT search_synonyms_words_key UNIQUE (words, finds)
);

-- Searches that lead to a page instead of results.
CREATE TABLE search_redirects (
    id uuid PRIMARY KEY,
    words text NOT NULL,
    path text NOT NULL,
    CONSTRAINT search_redirects_words_key UNIQUE (words)
);

-- A start that fits any English-speaking shop. It is the shop's from here on.
CREATE TABLE starting_synonyms (
    words text NOT NULL,
    finds text NOT NULL
);
INSERT INTO starting_synonyms (words, finds) VALUES
    ('laptop, notebook', ''),
    ('tv, television, telly', ''),
    ('pc, desktop computer, personal computer', ''),
    ('cell phone, mobile phone, cellphone, smartphone', ''),
    ('telephone', 'phone'),
    ('hdd, hard drive, hard disk, hard disc', ''),
    ('ssd, solid state drive, solid state disk', ''),
    ('usb stick, usb flash drive, thumb drive, pen drive', ''),
    ('headphones, headphone, earphones', ''),
    ('earbuds, in ear headphones', ''),
    ('camcorder, video camera', ''),
    ('power bank, external battery', ''),
    ('graphics card, video card, gpu', ''),
    ('cpu, processor', ''),
    ('mouse pad, mouse mat, mousepad', ''),
    ('wifi, wireless lan, wlan', ''),
    ('multifunction printer, all in one printer', ''),
    ('fridge, refrigerator', ''),
    ('freezer', 'deep freezer'),
    ('hob, cooktop, stove top', ''),
    ('cooker, stove', ''),
    ('washing machine, washer', ''),
    ('tumble dryer, dryer, clothes dryer', ''),
    ('vacuum, vacuum cleaner, hoover', ''),
    ('dishwasher', 'dish washer'),
    ('kettle', 'electric kettle'),
    ('coffee maker, coffee machine', ''),
    ('sofa, couch, settee', ''),
    ('armchair, easy chair', ''),
    ('wardrobe, closet, armoire', ''),
    ('chest of drawers, dresser', ''),
    ('bookcase, bookshelf', ''),
    ('rug, carpet', ''),
    ('curtains, drapes', ''),
    ('duvet, comforter, quilt', ''),
    ('cushion, throw pillow', ''),
    ('flashlight, torch', ''),
    ('bin, trash can, waste basket', ''),
    ('tap, faucet', ''),
    ('trousers, pants', ''),
    ('sweater, jumper, pullover', ''),
    ('hoodie, hooded sweatshirt', ''),
    ('t shirt, tee, tshirt', ''),
    ('trainers, sneakers, running shoes', ''),
    ('swimsuit, bathing suit, swimwear', ''),
    ('bathrobe, dressing gown', ''),
    ('underwear, lingerie', ''),
    ('pyjamas, pajamas', ''),
    ('rucksack, backpack', ''),
    ('suitcase, luggage', ''),
    ('earrings, ear rings', ''),
    ('jewellery, jewelry', ''),
    ('nappy, diaper', ''),
    ('pram, stroller, buggy, pushchair', ''),
    ('cot, crib', ''),
    ('soft toy, stuffed animal, plush', ''),
    ('bicycle, bike, cycle', ''),
    ('motorbike, motorcycle', ''),
    ('tyre, tire', ''),
    ('colour, color', ''),
    ('grey, gray', ''),
    ('aluminium, aluminum', ''),
    ('litre, liter', ''),
    ('metre, meter', ''),
    ('perfume, fragrance', ''),
    ('nail polish, nail varnish', ''),
    ('moisturiser, moisturizer', ''),
    ('make up, makeup, cosmetics', ''),
    ('barbecue, bbq, grill', ''),
    ('lawn mower, lawnmower', ''),
    ('spanner, wrench', '');
--@ sqlite
INSERT INTO search_synonyms (id, words, finds) SELECT randomblob(16), words, finds FROM starting_synonyms;
--@ postgres
INSERT INTO search_synonyms (id, words, finds) SELECT gen_random_uuid(), words, finds FROM starting_synonyms;
--@ both
DROP TABLE starting_synonyms;
