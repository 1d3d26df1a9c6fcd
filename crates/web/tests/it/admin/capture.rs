//! Taking money that buyers have agreed to.

use wares_db::both_engines;

use super::money::{pieces, three_authorised_mugs};
use crate::support::{browser::Browser, buying::EMAIL};

both_engines! {
    async fn staff_take_the_money_for_some_pieces_and_everybody_sees_what_was_not_taken(data: TestDb) {
        let (shop, mut ana, order) = three_authorised_mugs(data).await;
        let here = format!("/admin/orders/{}", order.number);
        let path = format!("{here}/capture");
        let page = ana.get(&path).await;
        page.is(200).says("is authorised. It can be taken once").says("€24.00 each");
        let q = pieces(&page, &path);
        let look = ana.submit(&page, &path, &[(&q, "2"), ("look", "1")]).await;
        look.is(200).says("Take €52.90");
        ana.submit(&look, &path, &[(&q, "2")]).await.is(200).says("The money is being taken");
        shop.work().await;
        let seen = ana.get(&here).await;
        seen.says("Paid").says("Not taken").says("1 × Tarn mug").says("Not taken, and let go: €24.00").says("To send, 2 items");
        let mut ines = Browser::new(shop.router());
        let hers = ines.get(&order.url).await;
        hers.is(200).says("Not charged").says("−€24.00").does_not_say("Total paid");
        let paper = ines.get(&hers.link(&format!("{}/documents/", order.url))).await;
        paper.is(200).says("€52.90").says("€48.00");
        let mails = shop.mails_to(EMAIL).await;
        let mail = mails.iter().find(|mail| mail.kind == "part_released").expect("a mail about it");
        for words in ["charged €52.90", "other €24.00", "Tarn mug"] {
            assert!(mail.text.contains(words), "{words}: {}", mail.text);
        }
        assert_eq!(shop.books().await, Vec::<String>::new());
    }

    async fn what_cannot_be_taken_is_said_at_the_field_and_nothing_typed_is_lost(data: TestDb) {
        let (_shop, mut ana, order) = three_authorised_mugs(data).await;
        let path = format!("/admin/orders/{}/capture", order.number);
        let page = ana.get(&path).await;
        let q = pieces(&page, &path);
        for (fill, said) in [
            ([(q.as_str(), "4"), ("amount", "")], "Enter a whole number from 0 to 3"),
            ([(q.as_str(), "0"), ("amount", "")], "Choose what the money is taken for"),
            ([(q.as_str(), "2"), ("amount", "60")], "Enter an amount up to 52.90"),
            ([(q.as_str(), "2"), ("amount", "0")], "Enter an amount up to 52.90"),
            ([(q.as_str(), "2"), ("amount", "much")], "Enter an amount, such as 12.50"),
        ] {
            let refused = ana.submit(&page, &path, &fill).await;
            refused.is(422).says(said);
            let kept = refused.form(&path);
            for (name, value) in fill {
                assert!(kept.iter().any(|(n, v)| n == name && v == value), "{name} of {fill:?}: {kept:?}");
            }
        }
    }

    async fn all_of_it_is_taken_with_one_press(data: TestDb) {
        let (shop, mut ana, order) = three_authorised_mugs(data).await;
        let here = format!("/admin/orders/{}", order.number);
        let path = format!("{here}/capture");
        let page = ana.get(&path).await;
        ana.submit(&page, &path, &[]).await.is(200).says("The money is being taken");
        shop.work().await;
        ana.get(&here).await.says("Paid").says("To send, 3 items").does_not_say("Not taken");
        assert_eq!(shop.books().await, Vec::<String>::new());
    }
}
