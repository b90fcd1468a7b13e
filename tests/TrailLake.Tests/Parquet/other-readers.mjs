// Prints a Parquet file as another reader sees it, a row a line, in the spelling of TestTable.Spell:
//   node other-readers.mjs hyparquet|parquet-wasm|page-index FILE KINDS      KINDS: a letter a column: b i l d t x(bytes) m(millis) L(list of text)
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

// Each page of each column: name, first row, whether all null, least and greatest value, nulls; and the order of the bounds.
function pageIndex() {
    const metadata = parquetMetadata(file)
    const leaves = parquetSchema(metadata).children
    for (const { columns } of metadata.row_groups) {
        columns.forEach((chunk, i) => {
            const part = (offset, length) => ({ view: new DataView(file, Number(offset), length), offset: 0 })
            const pages = readOffsetIndex(part(chunk.offset_index_offset, chunk.offset_index_length)).page_locations
            const index = chunk.column_index_offset === undefined
                ? undefined
                : readColumnIndex(part(chunk.column_index_offset, chunk.column_index_length), leaves[i].element)
            pages.forEach((page, p) => console.log([chunk.meta_data.path_in_schema[0], page.first_row_index, ...index
                ? [index.null_pages[p], index.null_pages[p] ? '' : index.min_values[p], index.null_pages[p] ? '' : index.max_values[p], index.null_counts[p], index.boundary_order]
                : ['no bounds']].join('|')))
        })
    }
}

if (reader === 'page-index') {
    pageIndex()
} else {
    const rows = await (reader === 'hyparquet' ? hyparquet() : parquetWasm())
    process.stdout.write(rows.map(row => row.map((value, column) => spell(value, kinds[column])).join('\t') + '\n').join(''))
}
