use jiff::civil::date;
use wares_db::both_engines;
use wares_db::testing::TestDb;
use wares_kernel::{Country, Currency, Rate, ShippingMethodId, ShippingZoneId};

use super::*;
use crate::changes::testing;
use crate::pricing::shipping::{RateKind, RateStep};
use crate::pricing::{Tariff, TaxClass, carriers, seed};

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

async fn zone(db: &TestDb, name: &str, codes: &[&str]) -> Result<ShippingZoneId, ZoneError> {
    let save = SaveZone {
        actor: Actor::System,
        zone: None,
        name: name.to_owned(),
        countries: codes.iter().map(|code| country(code)).collect(),
    };
    db.db.write(save).await
}

fn draft() -> MethodDraft {
    MethodDraft {
        name: "Parcel".to_owned(),
        kind: RateKind::Weight,
        rates: vec![
            RateStep {
                from: 0,
                price_minor: 490,
            },
            RateStep {
                from: 5_000,
                price_minor: 990,
            },
        ],
        free_from_minor: Some(10_000),
        weight_max_g: Some(31_500),
        transit_min_days: 1,
        transit_max_days: 3,
        carrier_id: None,
        is_active: true,
    }
}

async fn save(db: &TestDb, place: Place, draft: MethodDraft) -> Result<ShippingMethodId, MethodError> {
    let actor = Actor::System;
    db.db.write(SaveMethod { actor, place, draft }).await
}

async fn tariff(db: &TestDb) -> Tariff {
    Tariff::load(&mut db.db.read().await.unwrap()).await.unwrap()
}

async fn n_offered(db: &TestDb, code: &str) -> usize {
    tariff(db).await.methods(country(code)).len()
}

both_engines! {
    async fn a_zone_is_made_changed_and_deleted_once_it_is_empty(db: TestDb) {
        let seq = testing::end(&db.db).await;
        let id = zone(&db, "Neighbours", &["AT", "NL", "AT"]).await.unwrap();
        assert_eq!(testing::seen(&db.db, seq, 1).await[0].change, Change::Settings);
        let taken = zone(&db, "Alps", &["CH", "AT"]).await.unwrap_err();
        assert_eq!(taken.to_string(), "Austria stands in the zone Neighbours already");
        assert!(matches!(zone(&db, "Nowhere", &[]).await, Err(ZoneError::NoCountry)));
        assert!(matches!(zone(&db, " ", &["FR"]).await, Err(ZoneError::Name)));
        assert_eq!(tariff(&db).await.countries(), [country("AT"), country("NL")], "a refusal changes nothing");

        let smaller = SaveZone { actor: Actor::System, zone: Some((id, 1)), name: "Austria".to_owned(), countries: vec![country("AT")] };
        db.db.write(smaller.clone()).await.unwrap();
        assert!(matches!(db.db.write(smaller).await, Err(ZoneError::Changed)), "two people had it open");
        let method = save(&db, Place::In(id), draft()).await.unwrap();
        let delete = DeleteZone { actor: Actor::System, zone: id };
        assert!(matches!(db.db.write(delete.clone()).await, Err(DeleteZoneError::InUse)));
        db.db.write(DeleteMethod { actor: Actor::System, method }).await.unwrap();
        db.db.write(delete.clone()).await.unwrap();
        assert!(matches!(db.db.write(delete).await, Err(DeleteZoneError::NotFound)));
        assert!(tariff(&db).await.countries().is_empty());
    }

    async fn a_method_is_what_its_draft_says(db: TestDb) {
        let id = zone(&db, "Germany", &["DE"]).await.unwrap();
        let method = save(&db, Place::In(id), draft()).await.unwrap();
        let found = |draft, version| Some(FoundMethod { zone_id: id, draft, version });
        assert_eq!(find_method(&mut db.db.read().await.unwrap(), method).await.unwrap(), found(draft(), 1));
        let flat = MethodDraft { kind: RateKind::Flat, rates: vec![RateStep { from: 0, price_minor: 0 }], is_active: false, ..draft() };
        save(&db, Place::Of(method, 1), flat.clone()).await.unwrap();
        assert!(matches!(save(&db, Place::Of(method, 1), draft()).await, Err(MethodError::Changed)), "two people had it open");
        assert_eq!(find_method(&mut db.db.read().await.unwrap(), method).await.unwrap(), found(flat, 2));
        assert_eq!(n_offered(&db, "DE").await, 1);
        db.db.write(DeleteMethod { actor: Actor::System, method }).await.unwrap();
        assert!(matches!(save(&db, Place::Of(method, 2), draft()).await, Err(MethodError::NotFound)));
        assert_eq!(n_offered(&db, "DE").await, 0);
    }

    async fn a_method_that_cannot_be_is_refused(db: TestDb) {
        let id = zone(&db, "Germany", &["DE"]).await.unwrap();
        let step = |from, price_minor| RateStep { from, price_minor };
        for (wrong, said) in [
            (MethodDraft { name: " ".to_owned(), ..draft() }, "name"),
            (MethodDraft { rates: Vec::new(), ..draft() }, "price"),
            (MethodDraft { rates: vec![step(0, -1)], ..draft() }, "price"),
            (MethodDraft { rates: vec![step(5, 100)], ..draft() }, "price"),
            (MethodDraft { rates: vec![step(0, 100), step(0, 200)], ..draft() }, "steps"),
            (MethodDraft { kind: RateKind::Flat, ..draft() }, "steps"),
            (MethodDraft { free_from_minor: Some(0), ..draft() }, "amount"),
            (MethodDraft { weight_max_g: Some(-1), ..draft() }, "weight"),
            (MethodDraft { transit_min_days: 4, ..draft() }, "days"),
            (MethodDraft { transit_max_days: 400, ..draft() }, "days"),
            (MethodDraft { carrier_id: Some(wares_kernel::Id::new(uuid::Uuid::from_u128(7))), ..draft() }, "carrier"),
        ] {
            let refusal = save(&db, Place::In(id), wrong).await.unwrap_err().to_string();
            assert!(refusal.contains(said), "{said}: {refusal}");
        }
        let nowhere = Place::In(wares_kernel::Id::new(uuid::Uuid::from_u128(7)));
        assert!(matches!(save(&db, nowhere, draft()).await, Err(MethodError::NotFound)));
        assert_eq!(n_offered(&db, "DE").await, 0);
    }

    async fn a_carrier_that_is_used_stays(db: TestDb) {
        let carrier = |name: &str, url: &str| CarrierDraft { name: name.to_owned(), tracking_url: url.to_owned(), is_active: true };
        let put = |draft| SaveCarrier { actor: Actor::System, carrier: None, draft };
        let id = db.db.write(put(carrier("Post", "https://post.example/{tracking}"))).await.unwrap();
        assert!(matches!(db.db.write(put(carrier("Post", ""))).await, Err(CarrierError::NameTaken)));
        assert!(matches!(db.db.write(put(carrier("Bad", "http://post.example/{tracking}"))).await, Err(CarrierError::Template(_))));
        let change = SaveCarrier { actor: Actor::System, carrier: Some((id, 1)), draft: carrier("Post", "") };
        db.db.write(change.clone()).await.unwrap();
        assert!(matches!(db.db.write(change).await, Err(CarrierError::Changed)), "two people had it open");
        let known = carriers::carrier_named(&mut db.db.read().await.unwrap(), "Post").await.unwrap().unwrap();
        assert_eq!((known.id, known.tracking_url.as_str()), (id, ""));

        let zone = zone(&db, "Germany", &["DE"]).await.unwrap();
        let method = save(&db, Place::In(zone), MethodDraft { carrier_id: Some(id), ..draft() }).await.unwrap();
        let delete = DeleteCarrier { actor: Actor::System, carrier: id };
        assert!(matches!(db.db.write(delete.clone()).await, Err(CarrierError::InUse)));
        save(&db, Place::Of(method, 1), draft()).await.unwrap();
        db.db.write(delete).await.unwrap();
    }

    async fn days_off_come_and_go(db: TestDb) {
        let (day, later) = (date(2026, 12, 28), date(2026, 12, 29));
        let add = |day| AddDayOff { actor: Actor::System, day, name: "Stock-taking".to_owned() };
        db.db.write(add(later)).await.unwrap();
        db.db.write(add(day)).await.unwrap();
        assert!(matches!(db.db.write(add(day)).await, Err(DayOffError::Known)));
        let listed = days_off(&mut db.db.read().await.unwrap(), country("DE"), day).await.unwrap();
        assert_eq!(listed.iter().map(|off| off.day).collect::<Vec<_>>(), [day, later]);
        let remove = RemoveDayOff { actor: Actor::System, country: None, day };
        db.db.write(remove.clone()).await.unwrap();
        assert!(matches!(db.db.write(remove).await, Err(DayOffError::NotFound)));
        assert_eq!(days_off(&mut db.db.read().await.unwrap(), country("DE"), day).await.unwrap().len(), 1);
    }

    async fn a_tax_rate_follows_another(db: TestDb) {
        db.db.write(wares_db::job(|tx| Box::pin(async move { seed(tx, "DE".parse().unwrap(), Currency::EUR).await }))).await.unwrap();
        let put = |ppm, from| SaveTaxRate {
            actor: Actor::System, country: country("DE"), class: TaxClass::standard(), name: String::new(), rate: Rate::from_ppm(ppm), from,
        };
        let on = async |day| {
            tariff(&db).await.tax(country("DE"), "", day).rate(&TaxClass::standard()).ppm()
        };
        let (may, june) = (date(2027, 5, 1), date(2027, 6, 1));
        db.db.write(put(210_000, june)).await.unwrap();
        db.db.write(put(200_000, may)).await.unwrap();
        assert_eq!((on(date(2027, 4, 30)).await, on(may).await, on(date(2027, 5, 31)).await, on(june).await), (190_000, 200_000, 200_000, 210_000));
        db.db.write(put(220_000, june)).await.unwrap();
        assert_eq!(on(june).await, 220_000, "the same day again is a correction");
        assert!(matches!(db.db.write(put(1_000_001, may)).await, Err(TaxRateError::Rate)));
        assert!(matches!(db.db.write(put(-1, may)).await, Err(TaxRateError::Rate)));

        let rows = crate::reports::tax_rates(&mut db.db.read().await.unwrap()).await.unwrap();
        let of = |from: &str| rows.iter().find(|row| row.country == country("DE") && row.class == "standard" && row.valid_from == from).unwrap().id;
        let delete = |rate| DeleteTaxRate { actor: Actor::System, rate };
        db.db.write(delete(of("2027-05-01"))).await.unwrap();
        assert_eq!((on(may).await, on(june).await), (190_000, 220_000), "the one before goes on");
        let first = rows.iter().filter(|row| row.country == country("DE") && row.class == "standard").map(|row| row.valid_from.clone()).min().unwrap();
        assert!(matches!(db.db.write(delete(of(&first))).await, Err(DeleteTaxRateError::InForce)));
    }
}
