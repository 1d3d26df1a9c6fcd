//! Invoices and credit notes as staff and buyers see them, and what goes into parcels.

use wares_db::both_engines;

use super::money::{pieces, three_mugs};
use crate::support::{TestShop, browser::Browser, buying::EMAIL};

both_engines! {
    async fn a_paid_order_and_its_refund_have_documents_that_everybody_concerned_can_print(data: TestDb) {
        let (shop, mut ana, order) = three_mugs(data).await;
        ana.get("/admin/invoices").await.is(200).says("No invoices yet");
        shop.work().await;
        let here = format!("/admin/orders/{}", order.number);
        let refund = format!("{here}/refund");
        let page = ana.get(&refund).await;
        let q = pieces(&page, &refund);
        ana.submit(&page, &refund, &[(&q, "1"), ("reason", "Damaged")]).await.is(200);
        shop.work().await;
        let seen = ana.get(&here).await;
        seen.says("Invoice INV-00001").says("Credit note CN-00001").says("−€24.00");

        let list = ana.get("/admin/invoices").await;
        list.is(200).says("INV-00001").says("CN-00001");
        assert_eq!(list.link(&here), here);
        ana.get("/admin/invoices?q=inv-00001").await.says("INV-00001").does_not_say("CN-00001");
        let credits = ana.get("/admin/invoices?view=credit_notes").await;
        credits.says("CN-00001").does_not_say("INV-00001");
        ana.get("/admin/invoices?from=2000-01-01&to=2000-12-31").await.does_not_say("INV-00001");
        let paper = ana.get(&credits.link("/admin/invoices/0")).await;
        paper.is(200).says("Credit note CN-00001").says("For invoice").says("INV-00001").says("Reason: Damaged.");

        let file = ana.get("/admin/invoices/export.csv").await;
        file.is(200);
        let mut lines: Vec<&str> = file.body.lines().collect();
        // Both are of one instant here.
        lines[1..].sort_unstable();
        assert_eq!(lines.len(), 3, "{}", file.body);
        assert!(lines[1].starts_with("CN-00001,credit_note,") && lines[1].ends_with(",EUR,19 %,-20.17,-3.83,-24.00,,"), "{}", file.body);
        assert!(lines[2].starts_with("INV-00001,invoice,"), "{}", file.body);

        let mut ines = Browser::new(shop.router());
        let seen = ines.get(&order.url).await;
        seen.says("Invoice INV-00001").says("Credit note CN-00001");
        let paper = ines.get(&seen.link(&format!("{}/documents/", order.url))).await;
        paper.is(200).says("Invoice INV-00001").says("How the figures came to be").says("3").says("VAT 19 %");
        assert_eq!(paper.headers["cache-control"], "no-store");
        let mails = shop.mails_to(EMAIL).await;
        let link = |kind: &str| {
            let mail = mails.iter().find(|mail| mail.kind == kind).expect("a mail");
            TestShop::link_in(mail, &format!("{}/documents/", order.url))
        };
        ines.get(&link("order_confirmation")).await.is(200).says("Invoice INV-00001");
        ines.get(&link("refunded")).await.is(200);
        assert_eq!(shop.books().await, Vec::<String>::new());
    }

    async fn a_document_is_opened_by_its_own_orders_link_only(data: TestDb) {
        let (shop, mut ana, order) = three_mugs(data).await;
        shop.work().await;
        let paper = ana.get("/admin/invoices").await.link("/admin/invoices/0");
        let id = paper.rsplit('/').next().expect("an id").to_owned();
        let mug = shop.goods("Moss mug", 1000, 9).await;
        let mut ben = Browser::new(shop.router());
        let other = shop.order(&mut ben, &mug).await;
        ben.get(&format!("{}/documents/{id}", order.url)).await.is(200);
        ben.get(&format!("{}/documents/{id}", other.url)).await.is(404);
        ben.get(&format!("{}/documents/nothing", other.url)).await.is(404);
    }

    async fn a_packing_slip_says_what_is_in_the_parcel_and_no_prices(data: TestDb) {
        let (_shop, mut ana, order) = three_mugs(data).await;
        let here = format!("/admin/orders/{}", order.number);
        let slip = ana.get(&format!("{here}/slip")).await;
        slip.is(200).says("Packing slip").says("Tarn mug").says("3 pieces in this parcel").does_not_say("€");
        let ship = format!("{here}/ship");
        let page = ana.get(&ship).await;
        let q = page.form(&ship).into_iter().map(|(name, _)| name).find(|name| name.starts_with("q-")).expect("a line to send");
        ana.submit(&page, &ship, &[(&q, "1")]).await.is(200);
        let sent = ana.get(&here).await.link(&format!("{here}/slip?parcel="));
        ana.get(&sent).await.is(200).says("1 piece in this parcel").says("2 pieces of the order are not in it").does_not_say("€");
        ana.get(&format!("{here}/slip?parcel=nothing")).await.is(404);
    }

    async fn prefixes_and_footer_are_settings_that_change_no_document(data: TestDb) {
        let (shop, mut ana, order) = three_mugs(data).await;
        let path = "/admin/settings/invoices";
        let page = ana.get(path).await;
        page.is(200).says("INV-00001").says("an invoice needs the seller");
        for (wrong, said) in [("R 1", "capital letters"), ("R", "with - or / at the end"), ("CN-", "Choose another one")] {
            ana.submit(&page, path, &[("invoice_prefix", wrong)]).await.is(422).says(said);
        }
        ana.submit(&page, path, &[("invoice_prefix", "r/2026-"), ("footer", "HRB 12345")]).await.is(200).says("R/2026-00001");
        shop.work().await;
        let page = ana.get(path).await;
        page.says("R/2026-00002");
        ana.submit(&page, path, &[("invoice_prefix", "X-"), ("footer", "")]).await.is(200);
        let mut ines = Browser::new(shop.router());
        ines.get(&format!("{}/invoice", order.url)).await.says("Invoice R/2026-00001").says("HRB 12345");
    }
}
