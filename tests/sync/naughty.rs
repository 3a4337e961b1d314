//! The Big List of Naughty Strings crosses the wire and comes out on another device as it went in.

use crate::bank::{Bank, typed};
use lq_client::contract::customers::CreateCustomer;
use lq_domain::customers::Field;
use lq_domain::values::Name;
use std::path::Path;

/// What stands as the name of a customer whose string is no name.
const OTHER: &str = "备注";

#[tokio::test]
async fn x33_485_naughty_strings_reach_another_device_unchanged() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/badinput/blns.json");
    let strings: Vec<String> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(strings.len(), 485);
    let bank = Bank::new().await;
    let a = bank.device("desk", 2).await;
    let mut sent = Vec::new();
    for (index, text) in strings.iter().enumerate() {
        let name = if Name::parse(text).is_ok() { text.as_str() } else { OTHER };
        let place = format!("B{index}");
        let values =
            [(Field::Name, name), (Field::Occupation, place.as_str()), (Field::Notes, text.as_str())];
        // Some strings are in the list twice, so that the name is no key.
        let input = CreateCustomer { values: typed(&values), key: place.clone() };
        sent.push(a.client.customers_create(input).await.unwrap().ids[0]);
    }
    a.sync().await.unwrap();
    let state = a.state().await;
    assert_eq!((state.pending, state.refused, state.conflicts), (0, 0, 0));

    let b = bank.device("laptop", 3).await;
    b.sync().await.unwrap();
    for (index, (id, text)) in sent.into_iter().zip(&strings).enumerate() {
        let values = b.get(id).await.values;
        assert_eq!(values[&Field::Occupation], format!("B{index}"));
        // The one empty string of the list is no value.
        assert_eq!(values.get(&Field::Notes).map_or("", String::as_str), text);
        let name = Name::parse(text).map_or(OTHER.to_owned(), |_| text.trim().to_owned());
        assert_eq!(values[&Field::Name], name);
        assert!(b.get(id).await.values == a.get(id).await.values);
    }
}
