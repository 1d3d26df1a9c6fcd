//! Companies with a VAT id: from the form to the invoice, and what staff say about the id.

use wares_db::{both_engines, testing::TestDb};

use crate::{
    admin::support::{PASSWORD, owner},
    support::{
        TestShop,
        browser::{Answer, Browser},
        buying::{EMAIL, press_pay, put_in},
    },
};

const ID: &str = "ATU13585627";
const SETTINGS: &str = "/admin/settings/taxes";
const COMPANIES: &str = "/admin/settings/taxes/companies";

/// A shop in Germany that sells without tax to companies elsewhere in the EU, and its owner at a browser.
async fn shop(data: TestDb, ids: &str) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await;
    owner(&shop).await;
    let shop = shop.delivering().await.taking_cards().await;
    let mut ana = Browser::new(shop.router());
    let gate = ana.get("/admin/sign-in").await;
    let entered = [("email", "ana@fieldhouse.example"), ("password", PASSWORD)];
    ana.submit(&gate, "/admin/sign-in", &entered).await.is(200);
    let page = ana.get(SETTINGS).await;
    page.is(200)
        .says("Companies in other EU countries")
        .says("needs the shop’s own VAT id");
    let saved = ana
        .submit(&page, COMPANIES, &[("reverse_charge", "1"), ("ids", ids)])
        .await;
    saved.is(200).says("The settings were saved.");
    (shop, ana)
}

fn vienna(vat_id: &str) -> [(&str, &str); 8] {
    [
        ("email", EMAIL),
        ("name", "Ines Roth"),
        ("country", "AT"),
        ("line1", "Graben 1"),
        ("postcode", "1010"),
        ("city", "Wien"),
        ("company", "Roth GmbH"),
        ("vat_id", vat_id),
    ]
}

async fn details(browser: &mut Browser, vat_id: &str) -> Answer {
    let page = browser.get("/checkout/details").await;
    browser.submit(&page, "/checkout/details", &vienna(vat_id)).await
}

async fn review(browser: &mut Browser, vat_id: &str) -> Answer {
    let delivery = details(browser, vat_id).await;
    delivery.is(200).says("How should it come?");
    browser.submit(&delivery, "/checkout/delivery", &[]).await
}

both_engines! {
    async fn a_company_pays_without_tax_and_every_page_says_why(data: TestDb) {
        let (shop, mut ana) = shop(data, "form").await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let mut ines = Browser::new(shop.router());
        put_in(&mut ines, &mug, "3").await;
        let delivery = details(&mut ines, "atu 1358.5627").await;
        // 3 × 24.00 and 9.90 with Austria's 20 %; 3 × 20.00 and 8.25 without.
        delivery.is(200).says("Your VAT id counts: prices are without VAT, the total is €68.25").says("€8.25");
        let why = "Without VAT: reverse charge for VAT id ATU13585627. You account for the tax in Austria.";
        delivery.says(why).says("€60.00");
        ines.get("/cart").await.says("€20.00 each").says("VAT, reverse charge").says(why).does_not_say("included");
        let back = ines.get("/checkout/details").await;
        assert_eq!(back.value_of("vat_id").as_deref(), Some("atu 1358.5627"), "as it was typed");
        let review = ines.submit(&delivery, "/checkout/delivery", &[]).await;
        review.says("Pay €68.25").says(why);
        let page = press_pay(&mut ines, &review).await;
        shop.gateway.pay(&page);
        let done = ines.get(&shop.return_path(&page)).await;
        done.is(200).says("€68.25").says(why).says("VAT, reverse charge");
        shop.work().await;

        let note = "Reverse charge: the buyer accounts for the VAT (articles 138 and 196 of directive 2006/112/EC).";
        let paper = ines.get(&format!("{}/invoice", done.url)).await;
        paper.is(200).says("Invoice INV-00001").says("Buyer’s VAT id").says(ID).says(note).says("Prices are without tax.").says("0 %");
        let mail = shop.mails_to(EMAIL).await.into_iter().find(|mail| mail.kind == "order_confirmation").expect("a mail");
        assert!(mail.text.contains("VAT, reverse charge for VAT id ATU13585627"), "{}", mail.text);

        let here = format!("/admin/orders/{}", shop.order_number(&page));
        let seen = ana.get(&here).await;
        seen.says(ID).says("Ordered without VAT: reverse charge").says("its form is right, not checked");
        seen.says("Prices are without tax: reverse charge.").says("VAT 20 % a consumer would pay").says("€13.65");
        let refund = format!("{here}/refund");
        let asked = ana.get(&refund).await;
        let q = asked.form(&refund).into_iter().find(|(name, _)| name.starts_with("q-")).expect("a line").0;
        ana.submit(&asked, &refund, &[(&q, "1"), ("reason", "Damaged")]).await.is(200);
        shop.work().await;
        ana.get(&here).await.says("Credit note CN-00001").says("−€20.00");
        let credits = ana.get("/admin/invoices?view=credit_notes").await;
        ana.get(&credits.link("/admin/invoices/0")).await.says("Credit note CN-00001").says(note).says(ID);
        let file = ana.get("/admin/invoices/export.csv").await;
        assert!(file.body.lines().next().is_some_and(|line| line.ends_with("gross,buyer_vat_id,tax_treatment")), "{}", file.body);
        assert!(file.body.contains("0 %,68.25,0.00,68.25,ATU13585627,reverse_charge"), "{}", file.body);
        assert!(file.body.contains("0 %,-20.00,0.00,-20.00,ATU13585627,reverse_charge"), "{}", file.body);
        assert_eq!(shop.books().await, Vec::<String>::new());
    }

    async fn a_wrong_id_is_said_at_its_field_and_everything_typed_is_kept(data: TestDb) {
        let (shop, _) = shop(data, "form").await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let mut ines = Browser::new(shop.router());
        put_in(&mut ines, &mug, "1").await;
        for (typed, message) in [
            ("ATU13585628", "This VAT id has a wrong digit. Compare it with your papers"),
            ("AT13585627", "A VAT id of Austria looks like ATU13585627"),
            ("13585627", "Begin the VAT id with the two letters of its country"),
        ] {
            let wrong = details(&mut ines, typed).await;
            wrong.is(422).says("There is a problem").says(message);
            for (field, value) in vienna(typed).iter().filter(|(field, _)| *field != "country") {
                assert_eq!(wrong.value_of(field).as_deref(), Some(*value), "{field}");
            }
            let open = wrong.body.split("<details").find(|part| part.contains("Buying for a company")).expect("the part");
            assert!(open.starts_with(" class=\"open\" open"), "{open}");
        }
        // Without an id the same company pays as anybody does.
        let review = review(&mut ines, "").await;
        review.says("VAT 20 %, included").does_not_say("reverse charge");
    }

    async fn an_id_of_another_country_changes_nothing_and_that_is_said(data: TestDb) {
        let (shop, _) = shop(data, "form").await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let mut ines = Browser::new(shop.router());
        put_in(&mut ines, &mug, "1").await;
        let review = review(&mut ines, "FR40303265045").await;
        review.says("VAT id FR40303265045 is of France, and the parcel goes somewhere else").says("VAT 20 %, included");
        let home = ines.get("/checkout/details").await;
        let german = [("country", "DE"), ("postcode", "50672"), ("city", "Köln"), ("vat_id", ID)];
        let delivery = ines.submit(&home, "/checkout/details", &german).await;
        delivery.says("changes nothing within our own country");
    }

    async fn staff_check_an_id_and_it_counts_from_then_on(data: TestDb) {
        let (shop, mut ana) = shop(data, "checked").await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let mut ines = Browser::new(shop.router());
        ines.register_and_sign_in("Ines Roth", EMAIL).await;
        put_in(&mut ines, &mug, "1").await;
        let first = review(&mut ines, ID).await;
        first.says("VAT id ATU13585627 counts once we have checked it").says("Pay €33.90");

        let list = ana.get("/admin/customers").await;
        let customer = list.link("/admin/customers/0");
        let page = ana.get(&customer).await;
        page.says("VAT ids").says(ID).says("not checked");
        let action = format!("{customer}/vat-ids");
        let marked = ana.submit(&page, &action, &[]).await;
        marked.is(200).says("is marked as checked.").says("checked by Ana Berger");
        ana.post(&action, &[("vat_id", "EL094259216"), ("checked", "1")]).await.is(404);

        // The page from before shows the total with tax: nothing is placed, and the change is said.
        let fields = first.form("/checkout/review");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let changed = ines.post("/checkout/review", &fields).await;
        changed.is(409).says("Your VAT id counts now: prices are without VAT").says("The total is now €28.25 (was €33.90)");
        changed.says("Accept and pay €28.25");
        let taken_back = ana.submit(&marked, &action, &[]).await;
        taken_back.says("is not marked as checked any more.");
        ines.get("/checkout/review").await.says("Pay €33.90");
        // The address with its id is in the book now.
        ines.get("/account/addresses").await.says("Roth GmbH");
    }

    async fn settings_saved_from_an_old_page_are_not_lost(data: TestDb) {
        let (_shop, mut ana) = shop(data, "form").await;
        let (old, page) = (ana.get(SETTINGS).await, ana.get(SETTINGS).await);
        ana.submit(&page, COMPANIES, &[("ids", "checked")]).await.says("The settings were saved.");
        let stale = ana.submit(&old, COMPANIES, &[("ids", "form")]).await;
        stale.is(409).says("Somebody else changed these settings");
        assert!(ana.get(SETTINGS).await.body.contains("value=\"checked\" checked"));
    }
}
