/* Answers HTTP over WASI 0.2: a greeting, and whatever is sent to /echo as it comes. */
#include <stdlib.h>
#include <string.h>

#include "program.h"

static void write_all(wasi_http_types_own_output_stream_t stream, const uint8_t *bytes, size_t length) {
  for (size_t at = 0; at < length; at += 4096) {
    program_list_u8_t piece = {(uint8_t *)bytes + at, length - at < 4096 ? length - at : 4096};
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(wasi_io_streams_borrow_output_stream(stream), &piece, &error)) abort();
  }
}

static void echo(exports_wasi_http_incoming_handler_own_incoming_request_t request, wasi_http_types_own_output_stream_t out) {
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t in;
  if (!wasi_http_types_method_incoming_request_consume(wasi_http_types_borrow_incoming_request(request), &body)) abort();
  if (!wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &in)) abort();
  program_list_u8_t piece;
  wasi_io_streams_stream_error_t error;
  while (wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(in), 4096, &piece, &error)) {
    write_all(out, piece.ptr, piece.len);
    program_list_u8_free(&piece);
  }
  if (error.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) abort();
  wasi_io_streams_input_stream_drop_own(in);
  wasi_http_types_incoming_body_drop_own(body);
}

void exports_wasi_http_incoming_handler_handle(exports_wasi_http_incoming_handler_own_incoming_request_t request,
                                               exports_wasi_http_incoming_handler_own_response_outparam_t out) {
  program_string_t path = {0};
  bool has_path = wasi_http_types_method_incoming_request_path_with_query(wasi_http_types_borrow_incoming_request(request), &path);
  bool greets = has_path && path.len == 1;
  bool echoes = has_path && path.len == 5 && memcmp(path.ptr, "/echo", 5) == 0;

  wasi_http_types_tuple2_field_name_field_value_t field = {{(uint8_t *)"x-language", 10}, {(uint8_t *)"c", 1}};
  wasi_http_types_list_tuple2_field_name_field_value_t fields = {&field, 1};
  wasi_http_types_own_fields_t headers;
  wasi_http_types_header_error_t refused;
  if (!wasi_http_types_static_fields_from_list(&fields, &headers, &refused)) abort();

  wasi_http_types_own_outgoing_response_t response = wasi_http_types_constructor_outgoing_response(headers);
  wasi_http_types_borrow_outgoing_response_t self = wasi_http_types_borrow_outgoing_response(response);
  if (!greets && !echoes) wasi_http_types_method_outgoing_response_set_status_code(self, 404);
  wasi_http_types_own_outgoing_body_t body;
  if (!wasi_http_types_method_outgoing_response_body(self, &body)) abort();
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val.ok = response};
  wasi_http_types_static_response_outparam_set(out, &result);

  wasi_http_types_own_output_stream_t stream;
  if (!wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &stream)) abort();
  if (greets) write_all(stream, (const uint8_t *)"hello from c\n", 13);
  if (echoes) echo(request, stream);
  wasi_io_streams_output_stream_drop_own(stream);
  wasi_http_types_error_code_t error;
  if (!wasi_http_types_static_outgoing_body_finish(body, NULL, &error)) abort();
  if (has_path) program_string_free(&path);
  wasi_http_types_incoming_request_drop_own(request);
}
