#include "flows/freezing/exact_freezer.h"

#include <optional>
#include <utility>

#include "domain/credit_planning.h"
#include "flows/daily_summary.h"
#include "flows/document_json.h"
#include "flows/freezing/document_bodies.h"
#include "flows/freezing/journal_entry_body.h"
#include "flows/freezing/known_codes.h"
#include "flows/freezing/processing_body.h"
#include "flows/freezing/sales_order_steps.h"

namespace connector::flows {

using domain::Cause;
using domain::Document;
using domain::DocumentLine;
using domain::PostingKind;
using domain::Result;
using json::Value;
using store::PostingRow;
using store::Reader;

Result<void> check_codes(Reader& reader, store::ConnectionId connection, const Document& document) {
  auto items_read = reader.watermark(connection, "reference/item");
  if (!items_read) return domain::fail(items_read.error());
  if (!*items_read) return {};
  KnownCodes codes(reader, connection);
  for (const DocumentLine& line : document.lines) {
    if (auto known = check_line(codes, line, document.kind != PostingKind::sales_order); !known) return known;
  }
  if (document.warehouse.empty()) return {};
  if (auto known = codes.warehouse(document.warehouse); !known) return domain::fail(known.error());
  return {};
}

namespace {

Value account_body(const Document& document) {
  Value body{json::Object{}};
  body.set("Name", document.description);
  body.set("Status", "C");
  return body;
}

}  // namespace

engine::Freezer exact_freezer(std::shared_ptr<const domain::ConnectionSettings> settings) {
  auto kept = std::make_shared<std::optional<KnownCodes>>();
  return [settings, kept](Reader& reader, PostingRow& row) -> Result<std::string> {
    if (row.document.empty()) return domain::fail(Cause::unexpected_source_data, "nothing of it could be planned yet");
    auto document = document_of(row);
    if (!document) return domain::fail(document.error());
    if (!*kept || !(*kept)->is_of(reader, row.connection)) kept->emplace(reader, row.connection);
    KnownCodes& codes = **kept;
    if (!document->in_summary) {
      if (auto open = codes.period(*document); !open) return domain::fail(open.error());
    }
    if (row.kind == PostingKind::daily_invoice || document->in_summary) {
      const ShareCheck check = [&](const Document& share) -> Result<void> {
        auto built = invoice_body(codes, share, *settings);
        if (!built) return domain::fail(built.error());
        return {};
      };
      if (document->in_summary) return share_body(reader, row, *document, check);
      document = frozen_summary(reader, row, check);
      if (!document) return domain::fail(document.error());
      row.document = json::write(to_json(*document));
      row.total = document->total;
    }
    Result<Value> body = domain::fail(Cause::bad_input, "postings of this kind are not sent to Exact");
    switch (row.kind) {
      case PostingKind::customer_account:
        body = account_body(*document);
        break;
      case PostingKind::sales_order:
        body = order_body(codes, *document, *settings);
        break;
      case PostingKind::sales_order_change:
        body = order_change_body(reader, row, *document);
        break;
      case PostingKind::goods_delivery:
        body = delivery_body(reader, row, *document);
        break;
      case PostingKind::sales_invoice:
        if (row.depends_on.starts_with("delivery/")) {
          body = invoicing_body(reader, codes, row, *settings);
        } else if (domain::is_reversal_key(row.key)) {
          body = reversal_body(reader, codes, row, *document, *settings);
        } else {
          body = invoice_body(codes, *document, *settings);
        }
        break;
      case PostingKind::credit_memo:
        body = credit_body(reader, codes, row, *document, *settings);
        break;
      case PostingKind::daily_invoice:
        body = invoice_body(codes, *document, *settings);
        break;
      case PostingKind::journal_entry:
        body = journal_entry_body(codes, *document, *settings);
        break;
      case PostingKind::invoice_processing:
        body = processing_body(reader, codes, row, *document);
        break;
      default:
        break;
    }
    if (!body) return domain::fail(body.error());
    return json::write(*body);
  };
}

}  // namespace connector::flows
