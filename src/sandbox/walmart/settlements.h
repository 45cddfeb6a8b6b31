#pragma once

#include "domain/time.h"
#include "ports/http.h"
#include "sandbox/walmart/request.h"

namespace connector::sandbox::walmart {

struct Seller;

/// GET /v3/report/reconreport/availableReconFiles: the payout dates of the settlements, newest first.
ports::HttpResponse get_available_recon_files(Seller& seller, const Request& request, domain::UtcTime now);
/// GET /v3/report/reconreport/reconFile: a ZIP archive for who accepts application/octet-stream. Who accepts JSON gets
/// an error with status 200, anybody else 406 without a body, as seen in the field.
ports::HttpResponse get_recon_file(Seller& seller, const Request& request, domain::UtcTime now);

}  // namespace connector::sandbox::walmart
