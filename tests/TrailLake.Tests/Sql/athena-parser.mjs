// The grammars that Athena's SQL follows: Trino's for queries and views, Hive's for tables and partitions.
import { register } from 'node:module';

// dt-sql-parser is written for bundlers: it imports folders and files without extension, which Node refuses by itself.
const resolver = `
    const endings = ['', '.js', '/index.js'];
    const isMissing = error => ['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT'].includes(error.code);
    export async function resolve(name, context, next) {
        if (!name.startsWith('.') || !context.parentURL?.includes('/dt-sql-parser/')) return next(name, context);
        for (const ending of endings) {
            try { return await next(name + ending, context); } catch (error) { if (!isMissing(error)) throw error; }
        }
        return next(name, context);
    }
    export async function load(url, context, next) {
        return next(url, url.includes('/dt-sql-parser/dist/') ? { ...context, format: 'module' } : context);
    }`;
register('data:text/javascript,' + encodeURIComponent(resolver));

const { HiveSQL, TrinoSQL } = await import('dt-sql-parser');
console.error = () => {}; // the grammars print hints of their own there

export const hive = () => new HiveSQL();
export const trino = () => new TrinoSQL();
