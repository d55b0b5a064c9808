//! Answers HTTP over WASI 0.2: a greeting, and whatever is sent to `/echo` as it comes.

use wasip2::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasip2::io::streams::StreamError;

wasip2::http::proxy::export!(Program);

struct Program;

impl wasip2::exports::http::incoming_handler::Guest for Program {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let headers = Fields::from_list(&[("x-language".into(), b"rust".to_vec())]).unwrap();
        let response = OutgoingResponse::new(headers);
        if path != "/" && path != "/echo" {
            response.set_status_code(404).unwrap();
        }
        let body = response.body().unwrap();
        ResponseOutparam::set(out, Ok(response));
        let stream = body.write().unwrap();
        match path.as_str() {
            "/" => stream.blocking_write_and_flush(b"hello from rust\n").unwrap(),
            "/echo" => {
                let incoming = request.consume().unwrap();
                let input = incoming.stream().unwrap();
                loop {
                    match input.blocking_read(4096) {
                        Ok(chunk) => stream.blocking_write_and_flush(&chunk).unwrap(),
                        Err(StreamError::Closed) => break,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            _ => {}
        }
        drop(stream);
        OutgoingBody::finish(body, None).unwrap();
    }
}
