-- The words of Athena's SQL (engine version 3, which is Trino) that DuckDB lacks or means differently.
--
-- Load this once in each database, before the views. A macro of the user's schema is found before a built-in function of the
-- same name, and system.main.NAME still reaches the built-in; so a word can be given Athena's meaning without loss.
-- What no macro can do: take a lambda, stand before FILTER or OVER, or change the grammar. The views avoid what needs that.
-- Differences that stay, all in the text of a value: a number inside JSON is written DuckDB's way (1.50 becomes 1.5), json_parse
-- keeps the order of keys (Athena sorts them), and regular expressions are RE2 (no look-around, no back-references).

set TimeZone = 'UTC';
set integer_division = true;               -- 7 / 2 is 3; a zero divisor gives NULL here and an error on Athena: write nullif(x, 0)
set default_null_order = 'NULLS_LAST';     -- ascending and descending, as on Athena
set lambda_syntax = 'ENABLE_SINGLE_ARROW'; -- filter(a, x -> …) is the only spelling that both read

-- JSON. Athena gives NULL for text that is no JSON and for a scalar asked of an object; DuckDB gives an error and the object's text.
-- Athena writes an odd key as $["aws:tag"], DuckDB as $."aws:tag".

create or replace macro athena_json_path(path) as
    system.main.regexp_replace(path, '\["([^"]*)"\]', '."\1"', 'g');

-- Half a letter ("\ud83d" without its other half, as where a text was cut) DuckDB takes for no JSON; here it is left out, and Athena shows a question mark.
create or replace macro athena_whole_letters(document) as
    system.main.regexp_replace(document, '(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\1', 'g');

create or replace macro athena_json(document) as -- NULL where it is none
    case
        when json_valid(document) then cast(document as varchar)
        when json_valid(athena_whole_letters(document)) then athena_whole_letters(document)
    end;

create or replace macro json_extract(document, path) as
    system.main.json_extract(athena_json(document), athena_json_path(path));

create or replace macro json_extract_scalar(document, path) as -- json_value gives no objects and arrays, but a text in its quotes
    json_extract_string(json_value(athena_json(document), athena_json_path(path)), '$');

create or replace macro json_array_length(document) as
    case when json_type(athena_json(document)) = 'ARRAY' then cast(system.main.json_array_length(athena_json(document)) as bigint) end;

create or replace macro json_size(document, path) as
    case
        when json_type(athena_json(document), athena_json_path(path)) = 'ARRAY' then cast(system.main.json_array_length(athena_json(document), athena_json_path(path)) as bigint)
        when json_type(athena_json(document), athena_json_path(path)) = 'OBJECT' then cast(len(json_keys(athena_json(document), athena_json_path(path))) as bigint)
        when json_type(athena_json(document), athena_json_path(path)) is not null then cast(0 as bigint)
    end;

create or replace macro json_parse(text) as json(coalesce(athena_json(text), text)); -- what is no JSON is an error on both
create or replace macro json_format(document) as cast(document as varchar);

-- Arrays and maps. A missing element is NULL; counts and positions are bigint, and 0 says "not there".

create or replace macro cardinality(list) as cast(len(list) as bigint); -- of a map: cardinality(map_keys(m))
create or replace macro element_at(container, place) as container[place];
create or replace macro arrays_overlap(a, b) as list_has_any(a, b);
create or replace macro array_max(list) as list_max(list);
create or replace macro array_min(list) as list_min(list);
create or replace macro array_remove(list, unwanted) as list_filter(list, lambda item: item <> unwanted);
create or replace macro array_except(a, b) as list_distinct(list_filter(a, lambda item: not list_contains(b, item)));
create or replace macro array_union(a, b) as list_distinct(list_concat(a, b));
create or replace macro slice(list, start, length) as list_slice(list, start, start + length - 1);

create or replace macro array_position(list, wanted) as
    case when list is not null and wanted is not null then cast(coalesce(list_position(list, wanted), 0) as bigint) end;

create or replace macro array_join(list, separator) as
        case when list is not null then coalesce(array_to_string(list, separator), '') end,
    (list, separator, for_null) as
        case when list is not null then
            coalesce(array_to_string(list_transform(list, lambda item: coalesce(cast(item as varchar), for_null)), separator), '')
        end;

create or replace macro sequence(first, final) as
        case when final >= first then generate_series(first, final) else generate_series(first, final, -1) end,
    (first, final, step) as generate_series(first, final, step); -- of dates: cast each element to date

create or replace macro map_agg(k, v) as map_from_entries(list(row(k, v)) filter (where k is not null)); -- each key once

-- Text. concat with a NULL is NULL; a part that is not there is NULL; trim takes every kind of white space.

create or replace macro concat(a, b) as a || b,
    (a, b, c) as a || b || c,
    (a, b, c, d) as a || b || c || d,
    (a, b, c, d, e) as a || b || c || d || e,
    (a, b, c, d, e, f) as a || b || c || d || e || f,
    (a, b, c, d, e, f, g) as a || b || c || d || e || f || g,
    (a, b, c, d, e, f, g, h) as a || b || c || d || e || f || g || h;

create or replace macro replace(text, old) as system.main.replace(text, old, ''),
    (text, old, new) as system.main.replace(text, old, new);

create or replace macro split_part(text, separator, place) as
    case when place between 1 and len(string_split(text, separator)) then system.main.split_part(text, separator, place) end;

create or replace macro substr(text, start) as
        case when text is not null and (start = 0 or start < -length(text)) then '' else system.main.substr(text, start) end,
    (text, start, size) as
        case when text is not null and (start = 0 or start < -length(text) or size <= 0) then '' else system.main.substr(text, start, size) end;

create or replace macro trim(text) as system.main.regexp_replace(text, '^\s+|\s+$', '', 'g'),
    (text, characters) as system.main.trim(text, characters);

create or replace macro url_extract_host(url) as
    nullif(system.main.regexp_extract(url, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^:/?#]*)', 1), '');

create or replace macro url_decode(text) as system.main.url_decode(system.main.replace(text, '+', ' '));

-- Regular expressions. No match is NULL, replacing replaces every match, and groups are written $1.

create or replace macro regexp_like(text, pattern) as regexp_matches(text, pattern);

create or replace macro regexp_extract(text, pattern) as
        case when regexp_matches(text, pattern) then system.main.regexp_extract(text, pattern) end,
    (text, pattern, place) as
        case when regexp_matches(text, pattern) then system.main.regexp_extract(text, pattern, place) end;

create or replace macro regexp_replace(text, pattern) as system.main.regexp_replace(text, pattern, '', 'g'),
    (text, pattern, replacement) as
        system.main.regexp_replace(text, pattern, system.main.regexp_replace(replacement, '\$(\d)', '\\\1', 'g'), 'g');

create or replace macro regexp_split(text, pattern) as string_split_regex(text, pattern);
create or replace macro regexp_count(text, pattern) as cast(len(system.main.regexp_extract_all(text, pattern)) as bigint);

-- Dates and times. date_diff counts whole units that have passed, not the boundaries between.

create or replace macro date_diff(unit, earlier, later) as system.main.date_sub(unit, earlier, later);

create or replace macro date_add(unit, amount, moment) as moment + case lower(unit) -- of a date: cast the result to date
    when 'millisecond' then to_milliseconds(amount)
    when 'second' then to_seconds(amount)
    when 'minute' then to_minutes(amount)
    when 'hour' then to_hours(amount)
    when 'day' then to_days(amount)
    when 'week' then to_weeks(amount)
    when 'month' then to_months(amount)
    when 'quarter' then to_months(amount * 3)
    when 'year' then to_years(amount)
    else error('date_add: expected millisecond, second, minute, hour, day, week, month, quarter or year')
end;

create or replace macro from_iso8601_timestamp(text) as cast(text as timestamptz); -- in a view: cast(… as timestamp)
create or replace macro from_iso8601_date(text) as cast(text as date);
create or replace macro from_unixtime(seconds) as to_timestamp(seconds);
create or replace macro to_unixtime(moment) as epoch(moment);
create or replace macro day_of_week(moment) as isodow(moment); -- Monday is 1, Sunday 7
create or replace macro day_of_month(moment) as day(moment);
create or replace macro day_of_year(moment) as dayofyear(moment);
create or replace macro week_of_year(moment) as week(moment);
create or replace macro last_day_of_month(moment) as last_day(moment);

-- MySQL's format letters, which Athena takes, where they differ from strftime's. The order matters: %M first, since %i becomes %M.
create or replace macro athena_mysql_format(format) as
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(format,
        '%M', '%B'), '%i', '%M'), '%s', '%S'), '%T', '%H:%M:%S'), '%h', '%I'), '%W', '%A'), '%e', '%-d'), '%c', '%-m'), '%k', '%-H'), '%l', '%-I');

create or replace macro date_parse(text, format) as
    strptime(text, case when format is null then format else athena_mysql_format(format) end); -- the case stops DuckDB from asking for a constant here

create or replace macro date_format(moment, format) as strftime(moment, athena_mysql_format(format));

-- Aggregates. Those with approx_ may differ in their last digits between the engines: no test compares them.

create or replace macro approx_distinct(value) as approx_count_distinct(value), (value, error) as approx_count_distinct(value);
create or replace macro approx_percentile(value, fraction) as quantile_disc(value, fraction);
create or replace macro arbitrary(value) as any_value(value); -- DuckDB's own arbitrary() may give a NULL
create or replace macro count_if(condition) as cast(coalesce(system.main.count_if(condition), 0) as bigint); -- DuckDB's is NULL where every condition is
create or replace macro every(condition) as bool_and(condition);
create or replace macro max_by(value, measure) as arg_max_null(value, measure), (value, measure, n) as system.main.max_by(value, measure, n);
create or replace macro min_by(value, measure) as arg_min_null(value, measure), (value, measure, n) as system.main.min_by(value, measure, n);

-- Comparison and bytes. greatest and least with a NULL are NULL; hashes take and give bytes: lower(to_hex(md5(to_utf8(text)))).

create or replace macro greatest(a, b) as case when a is not null and b is not null then system.main.greatest(a, b) end,
    (a, b, c) as case when a is not null and b is not null and c is not null then system.main.greatest(a, b, c) end;
create or replace macro least(a, b) as case when a is not null and b is not null then system.main.least(a, b) end,
    (a, b, c) as case when a is not null and b is not null and c is not null then system.main.least(a, b, c) end;
create or replace macro bitwise_and(a, b) as cast(a as bigint) & cast(b as bigint);
create or replace macro bitwise_or(a, b) as cast(a as bigint) | cast(b as bigint);
create or replace macro truncate(number) as trunc(number);
create or replace macro to_utf8(text) as encode(text);
create or replace macro from_utf8(bytes) as decode(bytes);
create or replace macro md5(bytes) as unhex(system.main.md5(bytes));
create or replace macro sha256(bytes) as unhex(system.main.sha256(bytes));
