#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "exact/accounts.h"
#include "exact/answers.h"
#include "exact/goods_deliveries.h"
#include "exact/invoice_sales_orders.h"
#include "exact/printed_sales_invoices.h"
#include "exact/rate_limits.h"
#include "exact/refusals.h"
#include "exact/sales_invoices.h"
#include "exact/sales_orders.h"
#include "exact/token_answer.h"

/// The first byte chooses the status, what follows up to an empty line are headers, the rest is the body.
namespace {

using namespace connector;

void require(bool condition) {
  if (!condition) std::abort();
}

void read_record(const json::Value& row) {
  if (const auto order = exact::read_sales_order(row)) require(!order->id.empty());
  static_cast<void>(exact::read_sales_order_line(row));
  if (const auto invoice = exact::read_sales_invoice(row)) require(!invoice->id.empty());
  static_cast<void>(exact::read_goods_delivery(row));
  static_cast<void>(exact::read_account(row));
  static_cast<void>(exact::read_printed_sales_invoice(row));
  static_cast<void>(exact::read_invoicing_process(row));
  static_cast<void>(exact::read_invoicing_result(row).is_finished());
  for (const auto& [name, value] : row.object()) {
    static_cast<void>(exact::expanded_rows(value));
    static_cast<void>(exact::read_time(value));
    static_cast<void>(exact::read_date(value));
    static_cast<void>(exact::read_code(value));
    static_cast<void>(exact::read_flag(value));
  }
}

ports::HttpResponse response_of(std::string_view text) {
  static constexpr std::array<int, 12> statuses = {200, 201, 204, 400, 401, 403, 404, 408, 429, 500, 503, 599};
  ports::HttpResponse response;
  response.status = text.empty() ? 500 : statuses[static_cast<unsigned char>(text[0]) % statuses.size()];
  if (!text.empty()) text.remove_prefix(1);
  const std::size_t end = text.find("\n\n");
  std::string_view head = end == std::string_view::npos ? std::string_view() : text.substr(0, end);
  response.body = std::string(end == std::string_view::npos ? text : text.substr(end + 2));
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(head.size(), line.size() + 1));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    response.headers.emplace_back(std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
  }
  return response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ports::HttpResponse response = response_of({reinterpret_cast<const char*>(data), size});
  if (const auto page = exact::read_page(response.body)) {
    for (const json::Value& row : page->rows) read_record(row);
  }
  if (const auto entity = exact::read_entity(response.body)) read_record(*entity);
  static_cast<void>(exact::read_rate_limits(response.headers));
  static_cast<void>(exact::refusal_cause(exact::error_text(response.body)));
  if (response.status >= 300) {
    const auto read = exact::read_failure(response, ports::CallKind::read, "id");
    require(!read.may_have_had_effect);
    static_cast<void>(exact::read_failure(response, ports::CallKind::write, "id"));
  }
  const auto token = exact::read_token_answer(response, "id");
  if (token.kind == exact::TokenAnswer::Kind::issued) require(!token.access_token.empty());
  return 0;
}
