// Prints a Parquet file as another reader sees it, a row a line, in the spelling of TestTable.Spell:
//   node other-readers.mjs hyparquet|parquet-wasm|page-index|sorting FILE KINDS      KINDS: a letter a column: b i l d t x(bytes) m(millis) L(list of text)
import { readFileSync } from 'node:fs'
import { parquetMetadata, parquetReadObjects, parquetSchema, readColumnIndex, readOffsetIndex } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const [reader, path, kinds] = process.argv.slice(2)
const bytes = readFileSync(path)
const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)

const hex = value => Buffer.from(value).toString('hex')

function spell(value, kind) {
    if (value === null || value === undefined) return 'null'
    switch (kind) {
        case 'd': {
            const eight = Buffer.alloc(8)
            eight.writeDoubleBE(value)
            return 'd' + eight.toString('hex')
        }
        case 't': return 't' + hex(Buffer.from(value, 'utf8'))
        case 'x': return 'b' + hex(value)
        case 'm': return String(value instanceof Date ? value.getTime() : value)
        case 'L': return '[' + Array.from(value, element => spell(element, 't')).join(',') + ']'
        default: return String(value)
    }
}

async function hyparquet() {
    const rows = await parquetReadObjects({ file, compressors, utf8: false })
    return rows.map(row => Object.values(row))
}

async function parquetWasm() {
    const { readParquet } = await import('parquet-wasm')
    const { tableFromIPC } = await import('apache-arrow')
    const table = tableFromIPC(readParquet(bytes).intoIPCStream())
    return Array.from({ length: table.numRows }, (_, row) => table.schema.fields.map((_, column) => table.getChildAt(column).get(row)))
}

// Each page of each column: column, first row, then least value, greatest value and nulls, or 'null' where all are; and the order of the
// bounds. Throws where the pages do not lie side by side from the chunk's first data page to its end.
function pageIndex() {
    const metadata = parquetMetadata(file)
    const leaves = parquetSchema(metadata).children
    for (const { columns } of metadata.row_groups) {
        columns.forEach((chunk, i) => {
            const part = (offset, length) => ({ view: new DataView(file, Number(offset), length), offset: 0 })
            const pages = readOffsetIndex(part(chunk.offset_index_offset, chunk.offset_index_length)).page_locations
            const { path_in_schema: [name], data_page_offset, dictionary_page_offset, total_compressed_size } = chunk.meta_data
            let end = data_page_offset
            for (const page of pages) {
                if (page.offset !== end) throw new Error(`${name}: a page at ${page.offset}, expected at ${end}`)
                end += BigInt(page.compressed_page_size)
            }
            if (end !== (dictionary_page_offset ?? data_page_offset) + total_compressed_size) throw new Error(`${name}: pages end at ${end}`)
            const index = chunk.column_index_offset === undefined
                ? undefined
                : readColumnIndex(part(chunk.column_index_offset, chunk.column_index_length), leaves[i].element)
            pages.forEach((page, p) => console.log([name, page.first_row_index, ...!index ? ['no bounds'] : index.null_pages[p]
                ? ['null', index.null_counts[p], index.boundary_order]
                : [spell(index.min_values[p], kinds[i]), spell(index.max_values[p], kinds[i]), index.null_counts[p], index.boundary_order]].join('|')))
        })
    }
}

// The names of the columns that each row group is sorted by.
function sorting() {
    for (const { columns, sorting_columns } of parquetMetadata(file).row_groups)
        console.log(sorting_columns.map(({ column_idx }) => columns[column_idx].meta_data.path_in_schema[0]).join(','))
}

if (reader === 'page-index') {
    pageIndex()
} else if (reader === 'sorting') {
    sorting()
} else {
    const rows = await (reader === 'hyparquet' ? hyparquet() : parquetWasm())
    process.stdout.write(rows.map(row => row.map((value, column) => spell(value, kinds[column])).join('\t') + '\n').join(''))
}
