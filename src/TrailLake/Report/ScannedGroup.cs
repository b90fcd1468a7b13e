using System.Buffers;
using TrailLake.Parquet;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>One row group of a file, column by column. What the footer says already is not read: that a column has no value, or one value in all rows, as
/// most have in a small file.</summary>
sealed class ScannedGroup(string path, ParquetReader reader, int group, ColumnValues values)
{
    public int Rows => reader.RowGroups[group].Rows;

    /// <summary>Reads a text column as numbers of a dictionary, -1 for null; false where all are null, as in a file from before the column came.</summary>
    public bool ReadTexts(string name, TextDictionary texts, Span<int> numbers)
    {
        if (Chunk(name, ParquetType.Text, out var place) is not { } chunk)
        {
            numbers.Fill(-1);
            return false;
        }
        if (OnlyValue(chunk) is { } only)
        {
            numbers.Fill(texts.Find(only));
            return true;
        }
        reader.Read(group, place, values);
        var found = ArrayPool<int>.Shared.Rent(values.Texts.Length);
        for (var i = 0; i < values.Texts.Length; i++)
            found[i] = texts.Find(values.Texts[i].Span);
        var indexes = values.Indexes;
        for (var row = 0; row < numbers.Length; row++)
            numbers[row] = indexes[row] is var index and >= 0 ? found[index] : -1;
        ArrayPool<int>.Shared.Return(found);
        return true;
    }

    /// <summary>Reads a boolean column as 0, 1, or 255 for null.</summary>
    public void ReadBooleans(string name, Span<byte> booleans)
    {
        if (Chunk(name, ParquetType.Boolean, out var place) is not { } chunk)
            booleans.Fill(255);
        else if (OnlyValue(chunk) is [var only])
            booleans.Fill(only);
        else
        {
            reader.Read(group, place, values);
            values.Booleans.CopyTo(booleans);
        }
    }

    /// <summary>Reads a column of any type; false where all are null.</summary>
    public bool TryRead(string name, ParquetType type, ColumnValues into)
    {
        if (Chunk(name, type, out var place) is null)
            return false;
        reader.Read(group, place, into);
        return true;
    }

    ParquetChunk? Chunk(string name, ParquetType type, out int place)
    {
        place = reader.Schema.IndexOf(name);
        if (place < 0)
            return null;
        var column = reader.Schema.Columns[place];
        if (column.Type != type || column.IsList)
            throw new LakeException($"{path}: expected a column {name} of type {type}, found {column.Type}{(column.IsList ? " list" : "")}, so TrailLake did not write this file. Move it out of the lake; the report was not written.");
        var chunk = reader.RowGroups[group].Chunks[place];
        return chunk.Nulls == Rows ? null : chunk;
    }

    static byte[]? OnlyValue(ParquetChunk chunk) =>
        chunk is { Nulls: 0, Least: { } least, Greatest: { } greatest, IsLeastExact: true, IsGreatestExact: true } && least.AsSpan().SequenceEqual(greatest) ? least : null;
}
