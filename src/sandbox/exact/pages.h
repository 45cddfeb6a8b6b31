#pragma once

#include <optional>
#include <string>

#include "ports/http.h"
#include "sandbox/exact/exact_service.h"

namespace connector::sandbox::exact {

/// Web pages for a person who follows a link (decoded `path`), without sign-in; nullopt for other addresses:
///   GET  /docs/MenuPortal.aspx?_Division_=N   the division's newest documents, at the address of Exact's own menu
///   GET  /sandbox/exact/documents/GUID        one order, delivery, invoice, credit note or stock count
std::optional<ports::HttpResponse> answer_page(ExactService& service, const ports::ServerRequest& request,
                                               const std::string& path, domain::UtcTime now);

}  // namespace connector::sandbox::exact
