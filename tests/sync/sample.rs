//! Invented customers and real ones never meet, whichever way a store comes to a server.

use crate::bank::{Bank, Device, LOGIN, PASSWORD};
use lq_client::contract::session::{CreateStore, JoinServer, SignIn};
use lq_domain::customers::Field;
use lq_protocol::error::ErrorCode;
use lq_server::devices;
use lq_store::facts::Owner;

const ALONE: &str = "fang";

/// A device with a store that works alone and holds 张三.
async fn alone(bank: &Bank) -> Device {
    let device = Device::new(bank, "desk", 2);
    let create =
        CreateStore { name: "王芳".to_owned(), login: ALONE.to_owned(), password: PASSWORD.to_owned() };
    device.client.session_create(create).await.unwrap();
    device.add(&[(Field::Name, "张三")]).await;
    device
}

/// Works on who the device's store belongs to, while the store is locked.
async fn owner(device: &Device, login: &str, change: impl FnOnce(&mut Owner)) -> Owner {
    let store = device.store(login).await;
    let mut owner = store.owner().await.unwrap().unwrap();
    change(&mut owner);
    store.set_owner(&owner).await.unwrap();
    store.close().await;
    let again = SignIn { login: login.to_owned(), password: PASSWORD.to_owned(), server: None };
    device.client.session_sign_in(again).await.unwrap();
    owner
}

async fn join(bank: &Bank, device: &Device) -> Result<(), ErrorCode> {
    let join = JoinServer { server: bank.url(), login: LOGIN.to_owned(), password: PASSWORD.to_owned() };
    device.client.session_join(join).await.map(drop).map_err(|error| error.code())
}

/// The store still works alone with its customer, and the server has not even heard of the device.
async fn nothing_happened(bank: &Bank, device: &Device) {
    assert!(!device.state().await.joined);
    assert_eq!(device.names("张三").await, ["张三"]);
    assert!(devices::list(&bank.app).await.unwrap().is_empty());
    device.client.session_lock(()).await.unwrap();
    let again = SignIn { login: ALONE.to_owned(), password: PASSWORD.to_owned(), server: None };
    device.client.session_sign_in(again).await.unwrap();
}

#[tokio::test]
async fn f3_2_a_store_with_real_customers_never_joins_a_sample_server() {
    let sample = Bank::sample().await;
    let device = alone(&sample).await;
    assert_eq!(join(&sample, &device).await, Err(ErrorCode::SampleServer));
    nothing_happened(&sample, &device).await;
    let real = Bank::new().await;
    assert_eq!(join(&real, &device).await, Ok(()));
}

#[tokio::test]
async fn f3_2_a_store_with_invented_customers_never_joins_a_real_server() {
    let real = Bank::new().await;
    let device = alone(&real).await;
    owner(&device, ALONE, |owner| owner.sample = true).await;
    assert_eq!(join(&real, &device).await, Err(ErrorCode::SampleStore));
    nothing_happened(&real, &device).await;
    let sample = Bank::sample().await;
    assert_eq!(join(&sample, &device).await, Ok(()));
    assert!(owner(&device, LOGIN, |_| {}).await.sample, "and stays one of invented customers");
}

/// The server at one address gives way to the other bank's.
async fn replaced(mut before: Bank, after: &mut Bank) {
    before.kill().await;
    after.kill().await;
    after.address = before.address;
    after.come_back().await;
}

#[tokio::test]
async fn f3_2_a_store_is_marked_by_its_server_and_sends_to_no_other_kind() {
    for (from_sample, code) in [(true, ErrorCode::SampleStore), (false, ErrorCode::SampleServer)] {
        let bank = async |sample: bool| if sample { Bank::sample().await } else { Bank::new().await };
        let (before, mut after) = (bank(from_sample).await, bank(!from_sample).await);
        let device = before.device("desk", 2).await;
        device.sync().await.unwrap();
        assert_eq!(owner(&device, LOGIN, |_| {}).await.sample, from_sample);

        replaced(before, &mut after).await;
        device.add(&[(Field::Name, "张三")]).await;
        assert_eq!(device.sync().await.unwrap_err().code(), code);
        let state = device.state().await;
        assert_eq!((state.pending, state.error), (1, Some(code)));
        let other = after.device("laptop", 3).await;
        other.sync().await.unwrap();
        assert!(other.names("张三").await.is_empty(), "nothing arrived");
        assert_eq!(device.names("张三").await, ["张三"], "and nothing is lost");
    }
}
