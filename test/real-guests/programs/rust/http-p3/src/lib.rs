//! Answers HTTP over WASI 0.3: a greeting, and whatever is sent to `/echo` as it comes.

use wasip3::http::types::{ErrorCode, Fields, Request, Response};
use wasip3::{wit_bindgen, wit_future, wit_stream};

wasip3::http::service::export!(Program);

struct Program;

impl wasip3::exports::http::handler::Guest for Program {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path = request.get_path_with_query().unwrap_or_default();
        let headers = Fields::from_list(&[("x-language".into(), b"rust".to_vec())]).unwrap();
        let (trailers, no_trailers) = wit_future::new(|| Ok(None));
        drop(trailers);
        let body = match path.as_str() {
            "/" => {
                let (mut text, body) = wit_stream::new();
                wit_bindgen::spawn_local(async move {
                    text.write_all(b"hello from rust\n".to_vec()).await;
                });
                Some(body)
            }
            "/echo" => {
                let (received, result) = wit_future::new(|| Ok(()));
                drop(received);
                Some(Request::consume_body(request, result).0)
            }
            _ => None,
        };
        let known = body.is_some();
        let (response, _) = Response::new(headers, body, no_trailers);
        if !known {
            response.set_status_code(404).unwrap();
        }
        Ok(response)
    }
}
