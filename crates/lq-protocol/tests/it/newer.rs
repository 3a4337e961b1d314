//! A peer of the next release says more than this one knows. `schema` lets one release run beside the next, so that what is added is
//! passed over, and what is missing has a default.

use crate::golden::golden;
use crate::messages;
use lq_protocol::change::{ChangeResult, Outcome};
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::session::{ServerInfo, SessionReply};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Objects whose names are data: another name in them is another value, not an unknown field.
const BY_NAME: [&str; 3] = ["fields", "params", "stamps"];

/// Puts a field that this release does not know into every object of a message; so many objects.
fn add_everywhere(value: &mut Value, name: &str) -> usize {
    match value {
        Value::Array(items) => items.iter_mut().map(|item| add_everywhere(item, "")).sum(),
        Value::Object(members) => {
            let below = members.iter_mut().map(|(name, member)| add_everywhere(member, name)).sum::<usize>();
            if BY_NAME.contains(&name) {
                return below;
            }
            members.insert("next_release".to_owned(), json!({ "kind": "unheard_of", "list": [1, null] }));
            below + 1
        }
        _ => 0,
    }
}

fn passed_over<T: DeserializeOwned + PartialEq>(name: &str, message: &T) {
    let mut value: Value = serde_json::from_str(&golden(name)).unwrap();
    assert!(add_everywhere(&mut value, "") > 0, "{name}");
    assert!(serde_json::from_value::<T>(value).unwrap() == *message, "{name}");
}

#[test]
fn a_field_of_the_next_release_is_passed_over_in_every_message() {
    passed_over("server_info", &messages::server_info());
    passed_over("parameters_request", &messages::parameters_request());
    passed_over("parameters_reply", &messages::parameters_reply());
    passed_over("sign_in_request", &messages::sign_in_request());
    passed_over("refresh_request", &messages::refresh_request());
    passed_over("password_request", &messages::password_request());
    passed_over("session_reply", &messages::session_reply());
    passed_over("push_request", &messages::push_request());
    passed_over("push_reply", &messages::push_reply());
    passed_over("pull_request", &messages::pull_request());
    passed_over("pull_request_first", &messages::pull_request_first());
    passed_over("pull_reply", &messages::pull_reply());
    passed_over("feed_event", &messages::feed_event());
    passed_over("lookup_request", &messages::lookup_request());
    passed_over("lookup_reply", &messages::lookup_reply());
    passed_over("api_error", &messages::api_error());
    passed_over("api_error_bare", &messages::api_error_bare());
}

/// One unknown code must not hold up the outcomes beside it, nor hide that something was refused.
#[test]
fn a_code_of_the_next_release_is_still_a_refusal() {
    let told: ApiError = serde_json::from_value(json!({ "code": "unheard_of", "field": "name" })).unwrap();
    assert_eq!((told.code, told.field.as_deref()), (ErrorCode::Internal, Some("name")));
    let mut reply: Value = serde_json::from_str(&golden("push_reply")).unwrap();
    reply["outcomes"][3]["result"]["code"] = json!("unheard_of");
    let outcomes: Vec<Outcome> = serde_json::from_value(reply["outcomes"].take()).unwrap();
    let expected = ChangeResult::Refused { code: ErrorCode::Internal, field: Some("mobile".to_owned()) };
    assert_eq!(outcomes[3].result, expected);
    assert_eq!(outcomes[4], messages::push_reply().outcomes[4]);
}

/// What later releases added has a default, so that an older peer is understood.
#[test]
fn a_server_of_the_first_release_has_real_customers() {
    let without = |name: &str| {
        let mut value: Value = serde_json::from_str(&golden(name)).unwrap();
        assert!(value.as_object_mut().unwrap().remove("sample").is_some());
        value
    };
    let info: ServerInfo = serde_json::from_value(without("server_info")).unwrap();
    assert_eq!(info, ServerInfo { sample: false, ..messages::server_info() });
    let session: SessionReply = serde_json::from_value(without("session_reply")).unwrap();
    assert!(session == SessionReply { sample: false, ..messages::session_reply() });
}
