#include "flows/document_mode.h"

#include <fmt/format.h>

#include "flows/settings_json.h"
#include "json/value.h"

namespace connector::flows {

using domain::Cause;
using domain::DocumentMode;
using domain::Result;
using ports::Task;

namespace {

const char* word_of(const std::optional<bool>& finding) {
  if (!finding) return "unknown";
  return *finding ? "yes" : "no";
}

}  // namespace

std::optional<DocumentMode> default_document_mode(const exact::Edition& edition) {
  if (!edition.sales_orders) return std::nullopt;
  return *edition.sales_orders ? DocumentMode::sales_order_and_invoice : DocumentMode::invoice_only;
}

std::string mode_refusal(DocumentMode mode, const exact::Edition& edition) {
  if (mode == DocumentMode::sales_order_and_invoice && edition.sales_orders == false) {
    return "document_mode is sales_order_and_invoice, but this Exact edition has no sales orders (or the app may not "
           "use them): set document_mode to invoice_only or daily_summary";
  }
  if (mode == DocumentMode::direct_invoice && edition.direct_invoices == false) {
    return "document_mode is direct_invoice, but this Exact edition has no direct invoices, which need Advanced or "
           "Premium for Wholesale & Distribution or Manufacturing: set document_mode to sales_order_and_invoice or "
           "invoice_only";
  }
  return {};
}

std::string describe(const exact::Edition& edition) {
  return fmt::format("sales orders: {}, warehouses: {}, direct invoices: {}{}", word_of(edition.sales_orders),
                     word_of(edition.warehouses), word_of(edition.direct_invoices),
                     edition.lacks_scope ? " (the app lacks a scope for what is unknown: add it in Exact's App Center "
                                           "and sign in again)"
                                         : "");
}

Result<void> leave_document_mode_open(store::Transaction& transaction, store::ConnectionId connection) {
  return transaction.put_watermark(connection, kDocumentModeMark, kDocumentModeOpen);
}

Result<void> note_document_mode_set(store::Transaction& transaction, store::ConnectionId connection) {
  return transaction.put_watermark(connection, kDocumentModeMark, kDocumentModeSet);
}

Result<bool> is_document_mode_open(store::Reader& reader, store::ConnectionId connection) {
  auto mark = reader.watermark(connection, kDocumentModeMark);
  if (!mark) return domain::fail(mark.error());
  return mark->has_value() && **mark == kDocumentModeOpen;
}

Result<DocumentModeChoice> choose_document_mode(store::Transaction& transaction, store::ConnectionId connection,
                                                const exact::Edition& edition, const std::string& actor,
                                                domain::UtcTime now) {
  auto row = transaction.connection(connection);
  if (!row) return domain::fail(row.error());
  if (!*row) return domain::fail(Cause::bad_input, "the connection no longer exists");
  auto settings = settings_of(**row);
  if (!settings) return domain::fail(settings.error());
  auto open = is_document_mode_open(transaction, connection);
  if (!open) return domain::fail(open.error());
  const auto wanted = default_document_mode(edition);
  if (!*open || !wanted) return DocumentModeChoice{settings->document_mode, false, *open};
  settings->document_mode = *wanted;
  (*row)->settings = json::write(to_json(*settings));
  if (auto updated = transaction.update_connection(**row); !updated) return domain::fail(updated.error());
  if (auto raised = transaction.raise_mapping_version(connection); !raised) return domain::fail(raised.error());
  if (auto put = transaction.put_watermark(connection, kDocumentModeMark, kDocumentModeByEdition); !put) {
    return domain::fail(put.error());
  }
  store::AuditRecord record;
  record.at = now;
  record.connection = connection;
  record.actor = actor;
  record.action = "connection.document_mode_chosen";
  json::Value detail{json::Object{}};
  detail.set("document_mode", domain::to_string(*wanted));
  detail.set("edition", describe(edition));
  record.detail = json::write(detail);
  if (auto audited = transaction.append_audit(std::move(record)); !audited) return domain::fail(audited.error());
  return DocumentModeChoice{*wanted, true};
}

Task<Result<void>> settle_document_mode(exact::Client& client, store::Store& store, ports::Clock& clock,
                                        store::ConnectionId connection) {
  auto query = [connection](store::Reader& reader) { return is_document_mode_open(reader, connection); };
  auto open = co_await store.read(std::move(query));
  if (!open) co_return domain::fail(open.error());
  if (!*open) co_return Result<void>{};
  auto edition = co_await exact::probe_edition(client, ports::CallPriority::orders);
  if (!edition) co_return domain::fail(edition.error().error);
  if (edition->value.lacks_scope && !edition->value.sales_orders) {
    co_return domain::fail(
        Cause::permission_denied,
        "document_mode is not chosen yet, because the app lacks the scope for sales orders at Exact: "
        "add it in Exact's App Center and sign in again, or set document_mode");
  }
  auto work = [connection, edition = edition->value,
               now = clock.now()](store::Transaction& transaction) -> Result<void> {
    auto chosen = choose_document_mode(transaction, connection, edition, "system", now);
    if (!chosen) return domain::fail(chosen.error());
    return {};
  };
  co_return co_await store.write(std::move(work));
}

}  // namespace connector::flows
