#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "exact/answers.h"
#include "exact/rate_limits.h"
#include "exact/refusals.h"
#include "exact/token_answer.h"
#include "flows/document_comparison.h"
#include "flows/placed_order.h"

/// The first byte chooses the status, what follows up to an empty line are headers, the rest is the body.
namespace {

using namespace connector;

void require(bool condition) {
  if (!condition) std::abort();
}

/// The row as a document that the connector made, whose lines are any rows it holds.
void compare_with_made(const json::Value& row, const json::Array& lines) {
  static const flows::MadeDocument made = [] {
    flows::MadeDocument document;
    document.posting.kind = domain::PostingKind::sales_invoice;
    document.posting.reference = "WM-1-1";
    document.posting.total = *domain::Decimal::parse("20.30");
    document.posting.document = "{}";
    document.posting.body =
        R"({"OrderedBy":"a","Currency":"USD","YourRef":"WM-1-1","SalesInvoiceLines":[{"Item":"i","Quantity":2,)"
        R"("NetPrice":10.15,"GLAccount":"g","CostCenter":"WM","VATCode":"0"}]})";
    return document;
  }();
  json::Value held = row;
  if (!held.is_object()) return;
  held.set("Lines", lines);
  static_cast<void>(flows::difference_of(made, held));
}

void read_record(const json::Value& row) {
  static_cast<void>(flows::number_text(row["InvoiceNumber"]));
  static_cast<void>(flows::is_credit_note(row));
  static_cast<void>(flows::amounts_agree(row, domain::Decimal::from_integer(1)));
  compare_with_made(row, {});
  for (const auto& [name, value] : row.object()) {
    if (const json::Array* lines = exact::expanded_rows(value)) {
      compare_with_made(row, *lines);
      static_cast<void>(flows::placed_order_lines(flows::placed_lines_data({lines->begin(), lines->end()})));
    }
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
