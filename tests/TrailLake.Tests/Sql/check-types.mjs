// Works out the type of every expression of queries and views as Athena does, and tells what Athena would refuse or mean differently
// although DuckDB takes it: text compared with numbers, dates compared with text, functions given other types than they are for, a column
// that a view cannot store, `select *`, a select's own names used beside it, reserved words.
//
//   node check-types.mjs TABLES.json FILE…
//
// TABLES.json is { table: { column: type } } with Athena's types. A FILE holds one query or one view; views may read each other, and are held
// to more: a query may select *, and hand out columns of any type or without a name. Prints
// { "problems": ["FILE:LINE:COLUMN: …"], "columns": { view: [[name, type], …] } }; exit status 1 where there are problems.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trino } from './athena-parser.mjs';
import { apply, common, isNumber, parts, readSignatures } from './athena-types.mjs';

const [tablesFile, ...files] = process.argv.slice(2);
if (files.length === 0) {
    console.log('usage: node check-types.mjs TABLES.json FILE…');
    process.exit(64);
}

// Athena User Guide, "Reserved keywords", the list for SELECT.
const reserved = new Set(`alter and as between by case cast constraint create cross cube current_date current_path current_time current_timestamp
    current_user deallocate delete describe distinct drop else end escape except execute exists extract false first for from full group grouping
    having in inner insert intersect into is join last left like localtime localtimestamp natural normalize not null on or order outer prepare
    recursive right rollup select skip table then true unescape union unnest using values when where with`.split(/\s+/));
const plainTypes = new Set(['varchar', 'bigint', 'integer', 'double', 'boolean', 'date', 'timestamp', 'array(varchar)']);
const castable = new Set([...plainTypes, 'json', 'decimal', 'varbinary', 'array(json)', 'array(bigint)', 'array(double)', 'map(varchar, varchar)', 'map(varchar, json)']);

// Casts that both engines make, but to other texts or numbers.
const unlike = [
    ['double', 'varchar', 'Athena writes 1.5E0: round it to a decimal, or keep the number'],
    ['decimal', 'varchar', 'the engines write other digits: keep the number'],
    ['timestamp', 'varchar', 'Athena writes .000 behind it: use date_format'],
    ['varchar', 'json', 'Athena makes a JSON text of it: use json_parse'],
    ['json', 'varchar', 'DuckDB keeps the quotes: use json_extract_scalar or json_format'],
];

const signatures = readSignatures(join(dirname(fileURLToPath(import.meta.url)), 'athena-functions.txt'));
const tables = new Map(Object.entries(JSON.parse(readFileSync(tablesFile, 'utf8'))).map(([name, columns]) => [name, Object.entries(columns)]));
const views = new Map(files.map(file => [basename(file, '.sql').toLowerCase(), file]));
const [problems, answers] = [[], {}];
let [file, sql, place] = ['', '', null];

for (const name of views.keys()) columnsOfView(name);
console.log(JSON.stringify({ problems: [...new Set(problems)], columns: answers }));
process.exitCode = problems.length === 0 ? 0 : 1; // and not exit(), which cuts off what a pipe has not taken yet

function report(node, message) {
    const start = node?.start ?? node?.symbol ?? place ?? { line: 1, column: 0 };
    problems.push(`${file}:${start.line}:${start.column + 1}: ${message}`);
    return 'error';
}

// The tree: a node's kind is its rule in Trino's grammar.
function kind(node) { return node.symbol ? '' : node.constructor.name.replace(/Context$/, ''); }
function nodes(node) { return (node.children ?? []).filter(child => !child.symbol); }
function of(node, ...kinds) { return nodes(node).filter(child => kinds.includes(kind(child))); }
function textOf(node) { return sql.slice(node.start.start, (node.stop ?? node.start).stop + 1).replace(/\s+/g, ' '); }
function has(node, word) { return (node.children ?? []).some(child => child.symbol && child.getText().toLowerCase() === word); }
function within(node, wanted) { return kind(node) === wanted ? node : nodes(node).map(child => within(child, wanted)).find(found => found); }
function isExpression(node) { return !/^(SetQuantifier|FunctionName|Over|Filter|NullTreatment|ProcessingMode|SortItem|.*Type|TrimsSpecification|ComparisonOperator|IntervalField|.*Identifier)$/.test(kind(node)); }

function identifier(node) {
    const text = node.getText();
    if (kind(node) === 'QuotedIdentifier') return text.slice(1, -1).replaceAll('""', '"').toLowerCase();
    if (reserved.has(text.toLowerCase())) report(node, `${text} is reserved on Athena: write "${text.toLowerCase()}"`);
    return text.toLowerCase();
}

function columnsOfView(name) {
    if (name in answers) return answers[name];
    const outer = [file, sql, place];
    file = views.get(name);
    sql = readFileSync(file, 'utf8');
    const errors = [], tree = trino().parse(sql, error => errors.push(error)); // once: the grammar is what takes the time
    answers[name] = [];
    errors.forEach(error => problems.push(`${file}:${error.startLine}:${error.startColumn}: ${error.message}`));
    if (errors.length === 0) {
        const query = within(tree, 'QueryStatement'), isView = within(tree, 'CreateView') !== undefined;
        answers[name] = query ? queryStatement(query, { tables: new Map(), scope: null, isView }, isView) : [];
        if (!query) report(null, 'expected a query or a view');
        place = null;
        for (const [column, type] of isView ? answers[name] : []) {
            if (type !== 'error' && !plainTypes.has(type)) report(null, `the column ${column} is of type ${type}, and a view can hand out only ${[...plainTypes].join(', ')}: cast it`);
        }
    }
    [file, sql, place] = outer;
    return answers[name];
}

// Queries. `context` is { tables: the with clauses in sight, scope }; a scope is { relations: [{ name, columns }], outer }.
function queryStatement(node, context, isNamed = false) {
    const inner = { ...context, tables: new Map(context.tables) };
    for (const named of of(node, 'With').flatMap(clause => of(clause, 'NamedQuery'))) {
        const [name, ...rest] = nodes(named);
        const columns = queryStatement(of(named, 'QueryStatement')[0], inner, true);
        inner.tables.set(identifier(name), renamed(columns, rest.find(child => kind(child) === 'ColumnAliases')));
    }
    return queryNoWith(of(node, 'QueryNoWith')[0], inner, isNamed);
}

function queryNoWith(node, context, isNamed) {
    const [term] = nodes(node), found = queryTerm(term, context, isNamed);
    const scope = { relations: [{ name: null, columns: found.columns }, ...(found.relations ?? [])], outer: context.scope, isSort: true };
    of(node, 'SortItem').forEach(sort => sortItem(sort, { ...context, scope }));
    return found.columns;
}

function queryTerm(node, context, isNamed) {
    switch (kind(node)) {
        case 'QueryTermDefault': case 'QueryPrimaryDefault': return queryTerm(nodes(node)[0], context, isNamed);
        case 'QuerySpecification': return select(node, context, isNamed);
        case 'Subquery': return { columns: queryNoWith(of(node, 'QueryNoWith')[0], context, isNamed) };
        case 'InlineTable': return { columns: inlineTable(node, context) };
        case 'SetOperation': return { columns: setOperation(node, context, isNamed) };
        default: report(node, `${textOf(node)}: write it as select … from`); return { columns: [] };
    }
}

function setOperation(node, context, isNamed) {
    const [left, right] = nodes(node).filter(child => kind(child) !== 'SetQuantifier');
    const [first, second] = [queryTerm(left, context, isNamed).columns, queryTerm(right, context, false).columns];
    if (first.length !== second.length) report(node, `one side has ${first.length} columns, the other ${second.length}`);
    return first.map(([name, type], index) => [name, together(right, type, second[index]?.[1] ?? 'error', `the column ${name} of both sides`)]);
}

function inlineTable(node, context) {
    const rows = nodes(node).map(row => {
        const list = within(row, 'RowConstructor');
        return (list ? nodes(list) : [row]).map(value => infer(value, context));
    });
    return rows[0].map((type, index) => [`_col${index}`, rows.reduce((both, row) => together(node, both, row[index] ?? 'error', 'the rows'), type)]);
}

function select(node, context, isNamed) {
    const scope = { relations: [], outer: context.scope }, inner = { ...context, scope };
    for (const relation of nodes(node).filter(child => /Relation/.test(kind(child)))) relationsOf(relation, inner);
    for (const clause of of(node, 'WhereClause', 'HavingClause')) boolean(nodes(clause)[0], inner);
    for (const window of of(node, 'WindowDefinition')) windowOf(window, inner);
    const columns = of(node, 'SelectList').flatMap(list => of(list, 'SelectItem')).flatMap((item, index) => selectItem(item, inner, isNamed, index));
    for (const term of of(node, 'GroupBy')) groupBy(term, inner);
    return { columns, relations: scope.relations };
}

function selectItem(item, context, isNamed, index) {
    const [value, alias] = nodes(item);
    if (/SelectAll|TableAll/.test(kind(value))) {
        if (context.isView) report(value, 'select *: list the columns; a view made of * is stale as soon as its table gets one more');
        return context.scope.relations.flatMap(relation => relation.columns);
    }
    const type = infer(value, context);
    const column = alias ? identifier(alias) : nameOf(value);
    if (column === null && isNamed) report(value, `${textOf(value)} has no name: write "as name"`);
    return [[column ?? `_col${index}`, type]];
}

// The name that a column has by itself: that of the column it is.
function nameOf(node) {
    while (nodes(node).length === 1 && node.children.length === 1 && !/^Column(Ref|Reference)$/.test(kind(node))) [node] = nodes(node);
    return /^Column(Ref|Reference)$/.test(kind(node)) ? identifier(nodes(within(node, 'QualifiedName')).at(-1)) : null;
}

function groupBy(node, context) {
    for (const child of nodes(node)) {
        if (/^(ColumnRef|Expression)$/.test(kind(child))) {
            if (!/^\d+$/.test(child.getText())) infer(child, context);
        } else groupBy(child, context);
    }
}

function sortItem(node, context) {
    const [value] = nodes(node);
    if (!/^\d+$/.test(value.getText())) infer(value, context);
}

function windowOf(node, context) {
    for (const child of nodes(node)) {
        if (kind(child) === 'SortItem') sortItem(child, context);
        else if (kind(child) === 'PartitionBy' || kind(child) === 'Expression') nodes(child).forEach(value => infer(value, context));
        else if (kind(child) === 'WindowSpecification') windowOf(child, context);
    }
}

// Relations: each adds itself to the scope, so that what stands to its right can use it.
function relationsOf(node, context) {
    if (kind(node) === 'AliasedRelation') return aliased(node, context);
    const criteria = of(node, 'JoinCriteria')[0];
    const before = context.scope.relations.length;
    for (const child of nodes(node)) {
        if (!/^Join(Type|Criteria)$/.test(kind(child))) relationsOf(child, context);
    }
    if (criteria && has(criteria, 'using')) {
        for (const name of nodes(criteria).map(identifier)) {
            const types = context.scope.relations.slice(before).flatMap(relation => relation.columns.filter(([column]) => column === name).map(([, type]) => type));
            if (types.length < 2) report(criteria, `using (${name}): expected the column on both sides`);
            types.reduce((a, b) => together(criteria, a, b, `both columns ${name}`), types[0] ?? 'error');
            context.scope.merged = [...(context.scope.merged ?? []), name];
        }
    } else if (criteria) boolean(nodes(criteria)[0], context);
}

function aliased(node, context) {
    const [primary, ...rest] = nodes(node);
    const alias = rest.find(child => /Identifier$/.test(kind(child)));
    const [name, columns] = primaryRelation(primary, context);
    context.scope.relations.push({ name: alias ? identifier(alias) : name, columns: renamed(columns, rest.find(child => kind(child) === 'ColumnAliases')) });
}

function primaryRelation(node, context) {
    const reference = within(node, 'TableRef');
    if (kind(node) === 'TableName' && reference) {
        const name = nodes(reference).map(identifier).at(-1);
        if (nodes(reference).length > 1) report(node, `${textOf(node)}: leave the database away; the view is made in many`);
        return [name, tableNamed(name, node, context)];
    }
    const unnest = within(node, 'Unnest'), query = within(node, 'QueryStatement');
    if (kind(node) === 'ExpressionSourceTable' && unnest === nodes(node)[0]) return [null, unnested(unnest, context)];
    if (query && kind(node) === 'ExpressionSourceTable') return [null, queryStatement(query, { ...context, scope: context.scope.outer }, true)];
    report(node, `${textOf(node).slice(0, 60)}: no table, query or unnest`);
    return [null, []];
}

function tableNamed(name, node, context) {
    if (context.tables.has(name)) return context.tables.get(name);
    if (tables.has(name)) return tables.get(name);
    if (views.has(name)) return columnsOfView(name);
    report(node, `no table or view ${name} on Athena`);
    return [['*', 'error']];
}

function unnested(node, context) {
    const arguments_ = nodes(node);
    if (arguments_.length > 1) report(node, 'unnest of more than one: DuckDB refuses it');
    const type = infer(arguments_[0], context), [outer, inner] = parts(type);
    if (outer !== 'array' && type !== 'error') report(node, `unnest(${type}): expected an array${outer === 'map' ? '; take its map_keys' : ''}`);
    if (parts(inner[0] ?? '')[0] === 'row') report(node, 'unnest of rows: Athena makes columns of their fields, DuckDB one struct');
    return [['_element', inner[0] ?? 'error'], ...(has(node, 'ordinality') ? [['_ordinality', 'bigint']] : [])];
}

function renamed(columns, aliases) {
    if (!aliases) return columns;
    const names = nodes(aliases).map(identifier);
    if (names.length !== columns.length) report(aliases, `expected ${columns.length} names, found ${names.length}`);
    return columns.map(([, type], index) => [names[index], type]);
}

// Expressions.
function boolean(node, context) {
    const type = infer(node, context);
    if (common(type, 'boolean') === null) report(node, `${textOf(node)}: expected a condition, found ${type}`);
    return 'boolean';
}

function together(node, a, b, what) {
    return common(a, b) ?? report(node, `${what}: ${a} against ${b}; Athena converts neither, so cast one`);
}

function resolve(node, context) {
    const names = nodes(within(node, 'QualifiedName') ?? node).map(identifier), column = names.at(-1);
    for (let scope = context.scope; scope; scope = scope.outer) {
        const candidates = scope.relations.filter(relation => names.length === 1 || relation.name === names.at(-2));
        const found = candidates.flatMap(relation => relation.columns.filter(([name]) => name === column).map(([, type]) => type));
        if (found.length > 1 && !scope.isSort && !scope.merged?.includes(column)) report(node, `${column} is in more than one table: say which`);
        if (names.length > 1 && scope.merged?.includes(column)) report(node, `${names.join('.')}: after using (${column}) Athena knows it as ${column} alone`);
        if (found.length > 0) return found[0];
        if (candidates.some(relation => relation.columns.some(([name]) => name === '*'))) return 'error';
    }
    return report(node, `no column ${names.join('.')} here (Athena does not see a select's own names outside order by)`);
}

function infer(node, context) {
    place = node.start ?? place;
    const children = nodes(node), [first, second] = children;
    switch (kind(node)) {
        case 'Predicated': return second ? predicate(first, second, context) : infer(first, context);
        case 'Expression': case 'ValueExpressionDefault': case 'ParenthesizedExpression': case 'SelectExpressionColumnName': case 'SelectLiteralColumnName':
        case 'ColumnName': case 'GroupingTerm': return infer(first, context);
        case 'And': case 'Or': case 'LogicalNot': children.forEach(child => boolean(child, context)); return 'boolean';
        case 'JoinColumnEquality': return together(node, resolve(first, context), resolve(second, context), textOf(node)) === 'error' ? 'error' : 'boolean';
        case 'ColumnReference': case 'ColumnRef': case 'JoinColumnReference': return resolve(node, context);
        case 'NumericLiteral': return { IntegerLiteral: 'integer', DecimalLiteral: 'decimal', DoubleLiteral: 'double' }[kind(first)];
        case 'StringLiteral': return 'varchar';
        case 'BooleanLiteral': return 'boolean';
        case 'NullLiteral': return 'unknown';
        case 'TypeConstructor': return typeNamed(first, node);
        case 'IntervalLiteral': return 'interval';
        case 'CurrentDate': return 'date';
        case 'CurrentTimestamp': return 'timestamp with time zone';
        case 'Cast': return cast(node, typeNamed(second, node), infer(first, context));
        case 'FunctionCall': return call(node, context);
        case 'SearchedCase': case 'SimpleCase': return caseOf(node, context);
        case 'ArrayConstructor': return `array(${children.map(child => infer(child, context)).reduce((a, b) => together(node, a, b, 'the elements of an array'), 'unknown')})`;
        case 'RowConstructor': return `row(${children.map(child => infer(child, context)).join(', ')})`;
        case 'Lambda': return 'function';
        case 'SubqueryExpression': return scalar(first, context);
        case 'Exists': queryStatement(first, context); return 'boolean';
        case 'Extract': return expect(second, context, 'timestamp', 'date') && 'bigint';
        case 'Position': children.forEach(child => expect(child, context, 'varchar')); return 'bigint';
        case 'Trim': children.filter(isExpression).forEach(child => expect(child, context, 'varchar')); return 'varchar';
        case 'Concatenation': return concatenation(node, first, second, context);
        case 'ArithmeticUnary': return number(node, infer(first, context));
        case 'ArithmeticBinary': return arithmetic(node, first, second, context);
        case 'Subscript': return report(node, `${textOf(node)}: an element that is not there is an error on Athena and NULL on DuckDB: write element_at`);
        case 'AtTimeZone': expect(first, context, 'timestamp with time zone'); return 'timestamp with time zone';
        default: return report(node, `${textOf(node).slice(0, 60)}: ${kind(node)} is not known to mean the same on both engines`);
    }
}

function expect(node, context, ...types) {
    const found = infer(node, context);
    if (found !== 'error' && found !== 'unknown' && !types.includes(found)) report(node, `${textOf(node)}: expected ${types.join(' or ')}, found ${found}`);
    return true;
}

function predicate(value, node, context) {
    const type = infer(value, context), what = `${textOf(value)} ${textOf(node)}`;
    const others = nodes(node).filter(child => isExpression(child) && kind(child) !== 'ComparisonQuantifier');
    switch (kind(node)) {
        case 'NullPredicate': break;
        case 'Like': for (const one of [type, ...others.map(other => infer(other, context))]) together(node, one, 'varchar', what); break;
        case 'InSubquery': together(node, type, scalar(others[0], context), what); break;
        case 'Comparison': case 'Between': case 'InList': case 'DistinctFrom':
            for (const other of others) {
                const found = infer(other, context), both = together(other, type, found, what);
                if (both === 'json') report(node, `${what}: compare the texts of json_extract_scalar or json_format`);
            }
            break;
        default: report(node, `${what}: ${kind(node)} is not known to mean the same on both engines`);
    }
    return 'boolean';
}

function scalar(query, context) {
    const columns = queryStatement(query, context);
    if (columns.length !== 1) report(query, `expected one column, found ${columns.length}`);
    return columns[0]?.[1] ?? 'error';
}

function caseOf(node, context) {
    const clauses = of(node, 'WhenClause'), [subject] = nodes(node);
    const matched = kind(node) === 'SimpleCase' ? infer(subject, context) : null;
    let type = 'unknown';
    for (const clause of clauses) {
        const [when, then] = nodes(clause);
        if (matched === null) boolean(when, context);
        else together(when, matched, infer(when, context), `when ${textOf(when)}`);
        type = together(then, type, infer(then, context), 'the branches of a case');
    }
    const last = nodes(node).at(-1);
    return has(node, 'else') ? together(last, type, infer(last, context), 'the branches of a case') : type;
}

function concatenation(node, left, right, context) {
    const [a, b] = [infer(left, context), infer(right, context)], both = together(node, a, b, textOf(node));
    return both === 'error' || both === 'varchar' || both === 'varbinary' || both.startsWith('array(') ? both : report(node, `${textOf(node)}: || joins texts or arrays, found ${both}`);
}

function number(node, type) {
    return isNumber(type) || type === 'error' || type === 'interval' ? type : report(node, `${textOf(node)}: expected a number, found ${type}`);
}

function arithmetic(node, left, right, context) {
    const [a, b] = [infer(left, context), infer(right, context)], operator = node.children.find(child => child.symbol).getText();
    if (a === 'error' || b === 'error') return 'error';
    if (['date', 'timestamp', 'timestamp with time zone'].includes(a)) return b === 'interval' ? a : report(node, `${textOf(node)}: ${a} ${operator} ${b}; write date_diff or date_add`);
    if (operator === '/' && common(a, b) === 'decimal') return report(node, `${textOf(node)}: decimals divide to other types on both engines; cast one to double`);
    return number(node, together(node, a, b, textOf(node)));
}

function typeNamed(node, place) {
    const text = place.getText && kind(node) !== 'ArrayType' ? node.getText().toLowerCase() : `array(${nodes(node)[0].getText().toLowerCase()})`;
    const type = text.replace(/^(decimal|varchar)\(.*\)$/, '$1').replace(/^int$/, 'integer').replace(/,\s*/g, ', ');
    if (/^varchar\(/.test(text)) report(node, `${text}: DuckDB ignores the length; write varchar`);
    return castable.has(type) ? type : report(node, `${text}: expected one of ${[...castable].join(', ')}`);
}

function cast(node, to, from) {
    const difference = unlike.find(([source, target]) => source === from && target === to);
    if (difference) return report(node, `${textOf(node)}: ${difference[2]}`);
    if (from === 'double' && ['integer', 'bigint'].includes(to) && !/^(try_)?cast\((round|floor|ceil|ceiling|truncate)\(/i.test(node.getText())) return report(node, `${textOf(node)}: the engines round 0.5 to other sides; round it first`);
    if (from === 'varchar' && parts(to)[0] !== 'array' || from === to || ['error', 'unknown'].includes(from)) return to;
    if (isNumber(from) && (isNumber(to) || to === 'varchar') || from === 'json' || parts(from)[0] === parts(to)[0]) return to;
    if (['date', 'timestamp', 'timestamp with time zone'].includes(from) && ['date', 'timestamp', 'varchar'].includes(to)) return to;
    if (from === 'boolean' && (to === 'varchar' || isNumber(to))) return to;
    return report(node, `${textOf(node)}: Athena has no cast from ${from} to ${to}`);
}

function call(node, context) {
    const name = of(node, 'FunctionName')[0].getText().toLowerCase();
    of(node, 'SortItem').forEach(sort => sortItem(sort, context));
    of(node, 'Over').forEach(over => windowOf(over, context));
    of(node, 'Filter').forEach(filter => boolean(nodes(of(filter, 'WhereClause')[0])[0], context));
    const given = nodes(node).filter(isExpression), types = given.map(argument => infer(argument, context));
    const known = signatures.get(name);
    if (!known) return report(node, `${name} is not on the list of functions that both engines have (athena-functions.txt)`);
    const lambda = parameter => {
        const body = given.map(argument => within(argument, 'Lambda')).find(found => found), [variable, value] = nodes(body);
        return infer(value, { ...context, scope: { relations: [{ name: null, columns: [[identifier(variable), parameter]] }], outer: context.scope } });
    };
    for (const signature of known) {
        const result = apply(signature, types, lambda);
        if (result !== null) return result;
    }
    return types.includes('error') ? 'error' : report(node, `${name}(${types.join(', ')}): expected ${known.map(signature => signature.text).join(' or ')}`);
}
