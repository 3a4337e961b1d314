//! Why one may see a customer, asked on a device that has a server.

use crate::bank::{Bank, Device};
use lq_client::contract::access::{LookupCustomer, LookupView};
use lq_domain::access::Rule;
use lq_domain::customers::Field;
use lq_protocol::error::ErrorCode;

const NAME: &str = "欧阳慕白";

async fn lookup(device: &Device, text: &str) -> LookupView {
    device.client.access_lookup(LookupCustomer { text: text.to_owned() }).await.unwrap()
}

#[tokio::test]
async fn s7_1_the_server_knows_of_a_customer_that_the_device_has_not_received() {
    let mut bank = Bank::new().await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    let before = lookup(&b, NAME).await;
    assert!(before.asked && before.here.is_empty() && before.away.is_empty() && before.beyond.is_none());
    b.client.session_lock(()).await.unwrap();
    let id = a.add(&[(Field::Name, NAME)]).await;
    a.sync().await.unwrap();
    bank.kill().await;
    b.sign_in(crate::bank::PASSWORD).await.unwrap();
    let alone = lookup(&b, NAME).await;
    assert_eq!((alone.asked, alone.error), (false, Some(ErrorCode::ServerUnreachable)));
    assert!(alone.here.is_empty() && alone.away.is_empty());
    let known = lookup(&a, NAME).await;
    assert_eq!((known.here.len(), known.here[0].id, known.here[0].rule), (1, id, Rule::OwnCustomer));
    bank.come_back().await;
    let told = lookup(&b, NAME).await;
    assert!(told.asked);
    // The device may have caught up between the two questions; whichever it is, the customer is told once.
    let hits: Vec<_> = told.here.iter().chain(&told.away).map(|hit| (hit.id, hit.rule)).collect();
    assert_eq!(hits, [(id, Rule::OwnCustomer)]);
}
