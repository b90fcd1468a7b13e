using System.Text;

namespace TrailLake.Parquet;

/// <summary>One column of a file; its values may be null.</summary>
public sealed class ParquetColumn
{
    /// <summary>A column of single values, or of lists of them.</summary>
    /// <param name="name">Its name; lower case is what every engine agrees on.</param>
    /// <param name="type">What its values are, or what its lists' elements are.</param>
    /// <param name="isList">True for lists; only <see cref="ParquetType.Text"/> can be listed.</param>
    public ParquetColumn(string name, ParquetType type, bool isList = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (isList && type != ParquetType.Text)
        {
            throw new ParquetException($"Column {name}: expected a list of Text, found a list of {type}, which this writer does not know.");
        }
        Name = name;
        Type = type;
        IsList = isList;
        NameBytes = Encoding.UTF8.GetBytes(name);
        Physical = PhysicalTypes.Of(type);
        HasStatistics = !isList;
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>What its values, or the elements of its lists, are.</summary>
    public ParquetType Type { get; }

    /// <summary>Each row has a list of values (which may be null, empty, or hold nulls).</summary>
    public bool IsList { get; }

    /// <summary>Text is looked up by single values, so each row group says which it cannot hold: about one byte a distinct value,
    /// wrong in one of a hundred questions.</summary>
    public bool HasBloomFilter { get; init; }

    /// <summary>Nearly every row has another value: no dictionary is tried, and only letters are compressed, not repetitions.</summary>
    public bool NeverDictionary { get; init; }

    /// <summary>Each row group and page notes its least and greatest value; true unless the column is a list. Not worth it for long texts such as JSON.</summary>
    public bool HasStatistics { get; init; }

    /// <summary>A file of one row group in which the column is null in every row does not have it. Its part of the footer and its pages are
    /// most of what a column costs in a small file, and readers that go by names read NULL. Those that take one file's columns for all
    /// files' must be told the schema.</summary>
    public bool IsLeftOutWhereNull { get; init; }

    internal byte[] NameBytes { get; }

    internal PhysicalType Physical { get; }

    // Dremel's levels: how many optional or repeated steps lead to a value. A list's path has three: list, element, value.
    internal int MaxDefinition => IsList ? 3 : 1;

    internal int MaxRepetition => IsList ? 1 : 0;
}
