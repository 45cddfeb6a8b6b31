#include "sandbox/exact/pages.h"

#include <algorithm>
#include <array>

#include "sandbox/exact/api_request.h"
#include "sandbox/exact/books.h"
#include "sandbox/exact/order_invoicing.h"

namespace connector::sandbox::exact {
namespace {

constexpr std::string_view menu_address = "/docs/MenuPortal.aspx";
constexpr std::string_view document_address = "/sandbox/exact/documents/";
constexpr std::size_t newest_shown = 50;

struct DocumentKind {
  const char* name;
  const char* list;    ///< of the books
  const char* number;  ///< the member that people call it by
};
constexpr std::array<DocumentKind, 5> document_kinds{{{"Sales invoice", "invoices", "invoice_number"},
                                                      {"Credit note", "credit_notes", "invoice_number"},
                                                      {"Sales order", "sales_orders", "order_number"},
                                                      {"Goods delivery", "deliveries", "delivery_number"},
                                                      {"Stock count", "stock_counts", "number"}}};

constexpr std::string_view page_style =
    "body{font:15px/1.5 system-ui,'DejaVu Sans',sans-serif;color:#14232a;background:#f5f7f8;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%;background:#fff}th,td{text-align:left;padding:.4rem .6rem;"
    "border:1px solid #dfe5e8;vertical-align:top}th{background:#edf1f3;font-weight:600}a{color:#0b6170}"
    "p{color:#55666e}@media(prefers-color-scheme:dark){body{color:#dfe8eb;background:#10181c}table{background:#172127}"
    "th,td{border-color:#2a383f}th{background:#202d33}a{color:#6cd0e0}p{color:#9db0b8}}";

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

ports::HttpResponse html_page(int status, const std::string& title, const std::string& body) {
  std::string html = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>" + escaped(title) +
                     "</title><style>" + std::string(page_style) + "</style><h1>" + escaped(title) + "</h1>" + body +
                     "<p>This is the simulated Exact of ml-connector. Nothing here is real.</p></html>";
  return ports::HttpResponse{status, {{"Content-Type", "text/html; charset=utf-8"}}, std::move(html)};
}

std::string words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return escaped(name);
}

std::string table_row(const std::vector<std::string>& cells, std::string_view element) {
  std::string html = "<tr>";
  for (const auto& cell : cells) html += "<" + std::string(element) + ">" + cell + "</" + std::string(element) + ">";
  return html + "</tr>";
}

std::string lines_table(const json::Array& lines) {
  if (lines.empty()) return {};
  std::vector<std::string> names;
  for (const auto& [name, value] : lines.front().object()) names.push_back(name);
  std::vector<std::string> heads;
  heads.reserve(names.size());
  for (const auto& name : names) heads.push_back(words(name));
  std::string html = "<h2>Lines</h2><div style=\"overflow-x:auto\"><table>" + table_row(heads, "th");
  for (const json::Value& line : lines) {
    std::vector<std::string> cells;
    cells.reserve(names.size());
    for (const auto& name : names) cells.push_back(escaped(line[name].text_or("")));
    html += table_row(cells, "td");
  }
  return html + "</table></div>";
}

ports::HttpResponse show_document(const DocumentKind& kind, const Administration& books, const json::Value& document) {
  std::string html = "<p>" + escaped(books.name()) + " (division " + std::to_string(books.code()) + ")</p><table>";
  for (const auto& [name, value] : document.object()) {
    if (value.is_array() || value.is_null()) continue;
    html += "<tr><th>" + words(name) + "</th><td>" + escaped(value.text_or("")) + "</td></tr>";
  }
  html += "</table>" + lines_table(document["lines"].array());
  html += "<p><a href=\"" + std::string(menu_address) + "?_Division_=" + std::to_string(books.code()) +
          "\">All documents of this division</a></p>";
  return html_page(200, std::string(kind.name) + " " + document[kind.number].text_or(""), html);
}

ports::HttpResponse find_document(ExactService& service, const std::string& id, domain::UtcTime now) {
  for (const auto& division : service.divisions()) {
    run_invoicing_jobs(*division, now);
    const json::Value books = books_of(*division, false);
    for (const DocumentKind& kind : document_kinds) {
      for (const json::Value& document : books[kind.list].array()) {
        if (lower_case(document["id"].text_or("")) == lower_case(id)) return show_document(kind, *division, document);
      }
    }
  }
  return html_page(404, "No such document", "<p>No division has a document with this id.</p>");
}

ports::HttpResponse show_menu(const Administration& division) {
  const json::Value books = books_of(division, false);
  std::string html;
  for (const DocumentKind& kind : document_kinds) {
    const json::Array& documents = books[kind.list].array();
    if (documents.empty()) continue;
    html += "<h2>" + std::string(kind.name) + "s: " + std::to_string(documents.size()) + "</h2><table>" +
            table_row({"Number", "Your reference", "Amount"}, "th");
    for (std::size_t back = 1; back <= std::min(documents.size(), newest_shown); ++back) {
      const json::Value& document = documents[documents.size() - back];
      const std::string id = document["id"].text_or("");
      html += table_row({"<a href=\"" + std::string(document_address) + escaped(id) + "\">" +
                             escaped(document[kind.number].text_or(id)) + "</a>",
                         escaped(document["your_ref"].text_or("")),
                         escaped(document["amount"].text_or("") + " " + document["currency"].text_or(""))},
                        "td");
    }
    html += "</table>";
  }
  return html_page(200, division.name(), html.empty() ? "<p>No documents yet.</p>" : html);
}

}  // namespace

std::optional<ports::HttpResponse> answer_page(ExactService& service, const ports::ServerRequest& request,
                                               const std::string& path, domain::UtcTime now) {
  if (request.method != "GET") return std::nullopt;
  if (path.starts_with(document_address)) return find_document(service, path.substr(document_address.size()), now);
  if (path != menu_address) return std::nullopt;
  json::Value code;
  for (const auto& [name, value] : ports::parse_query(request.query())) {
    if (name == "_Division_") code = value;
  }
  const Administration* division = service.division(code.integer().value_or(0));
  if (division == nullptr) return html_page(404, "No such division", "<p>You have no access to this division.</p>");
  return show_menu(*division);
}

}  // namespace connector::sandbox::exact
