namespace TrailLake.Parquet;

/// <summary>Where a reader is, for its error messages.</summary>
sealed class ReadPlace(string file)
{
    string? _column;
    int _rowGroup;

    public void EnterColumn(string column, int rowGroup) => (_column, _rowGroup) = (column, rowGroup);

    public ParquetException Wrong(string expected, string found) =>
        new($"{file}, {(_column is null ? "footer" : $"column {_column} in row group {_rowGroup}")}: expected {expected}, found {found}. The file is damaged, or of a kind that this reader does not know; nothing of the column was read.");
}
