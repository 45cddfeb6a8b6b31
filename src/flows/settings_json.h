#pragma once

#include <string>
#include <vector>

#include "domain/result.h"
#include "domain/settings.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// All settings of a connection by name, choices as words ("document_mode": "invoice_only"), go_live as ISO 8601 or
/// null.
json::Value to_json(const domain::ConnectionSettings& settings);

/// Reads the settings named in an object; those not named stay as in `base`. Error: bad_input for an unknown name or
/// a value that does not fit, naming the setting and what is allowed.
domain::Result<domain::ConnectionSettings> settings_from_json(const json::Value& value,
                                                              domain::ConnectionSettings base = {});

/// The settings of a connection; the defaults if none are stored. Errors as settings_from_json.
domain::Result<domain::ConnectionSettings> settings_of(const store::ConnectionRow& row);

/// Sets one setting from its text, as a command line gives it: words and texts as they are, "true"/"false", a time or
/// an empty text for go_live, ship node types separated by commas. Errors as settings_from_json.
domain::Result<domain::ConnectionSettings> with_setting(domain::ConnectionSettings settings, std::string_view name,
                                                        std::string_view text);

/// Whether what a person is about to save fits together. Error: bad_input, naming the settings that do not.
domain::Result<void> fit_together(const domain::ConnectionSettings& settings);

/// Names of all settings, in the order of to_json.
std::vector<std::string> setting_names();

}  // namespace connector::flows
