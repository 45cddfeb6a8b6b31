#pragma once

#include <optional>
#include <string>

#include "domain/settings.h"
#include "exact/edition.h"
#include "ports/clock.h"
#include "store/store.h"

namespace connector::flows {

/// Until Exact's edition is known or a person sets the mode, a new connection's document_mode is open; this mark in the
/// store (watermark) says so. Connections without the mark keep the mode they have.
inline constexpr std::string_view kDocumentModeMark = "settings/document_mode";
inline constexpr std::string_view kDocumentModeOpen = "open";
inline constexpr std::string_view kDocumentModeByEdition = "by_edition";
inline constexpr std::string_view kDocumentModeSet = "set";

/// Sales orders where the edition has them (design.md 2.3), else invoices alone; nullopt while that is unknown.
std::optional<domain::DocumentMode> default_document_mode(const exact::Edition& edition);

/// Why the edition does not allow a mode, and what to do; empty if it does or if that is unknown.
std::string mode_refusal(domain::DocumentMode mode, const exact::Edition& edition);

/// "sales orders: yes, warehouses: yes, direct invoices: no", and whether the app's scopes hide something.
std::string describe(const exact::Edition& edition);

/// A connection was just added: its mode is chosen when Exact's edition becomes known.
domain::Result<void> leave_document_mode_open(store::Transaction& transaction, store::ConnectionId connection);
/// A person set the mode: it is not chosen any more.
domain::Result<void> note_document_mode_set(store::Transaction& transaction, store::ConnectionId connection);

/// Whether it still waits for the edition to become known.
domain::Result<bool> is_document_mode_open(store::Reader& reader, store::ConnectionId connection);

struct DocumentModeChoice {
  domain::DocumentMode mode = domain::DocumentMode::invoice_only;
  bool chosen_now = false;  ///< by the edition, just now; it is audited
  bool is_open = false;     ///< not chosen yet: the edition is not known
};
/// Chooses the mode by the edition if it is open, and tells the mode in force.
domain::Result<DocumentModeChoice> choose_document_mode(store::Transaction& transaction, store::ConnectionId connection,
                                                        const exact::Edition& edition, const std::string& actor,
                                                        domain::UtcTime now);

/// Asks Exact for the edition and chooses the mode if it is still open; costs no call otherwise. A failure to ask
/// leaves it open for the next time, and so does a scope that the app lacks for sales orders: permission_denied, until
/// it is given or a person sets the mode.
ports::Task<domain::Result<void>> settle_document_mode(exact::Client& client, store::Store& store, ports::Clock& clock,
                                                       store::ConnectionId connection);

}  // namespace connector::flows
