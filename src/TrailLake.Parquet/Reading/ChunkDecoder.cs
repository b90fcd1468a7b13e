using TrailLake.Parquet.Compression;

namespace TrailLake.Parquet.Reading;

/// <summary>Reads the pages of a column chunk into a <see cref="ColumnValues"/>.</summary>
sealed class ChunkDecoder(Decompressor decompressor)
{
    // No codec makes more of a byte: Zstd's runs give 128 KiB for four bytes.
    const long MostGrowth = 1 << 15;

    ReadPlace _place = new("");
    int[] _definitions = [];
    int[] _repetitions = [];
    int[] _places = [];
    long[] _dense = [];
    int _dictionaryCount;
    long _values;
    int _row;

    /// <summary>Reads the chunk whose bytes stand in <see cref="ColumnValues.Raw"/>.</summary>
    public void Read(ParquetColumn column, ParquetChunk chunk, int rows, ReadPlace place, ColumnValues into)
    {
        _place = place;
        if (chunk.Values < rows || chunk.Values > (column.IsList ? rows + (long)ParquetLimits.ElementsOfGroup : rows))
        {
            throw _place.Wrong($"{rows} values, or more of a list", $"{chunk.Values}");
        }
        into.Begin(column, rows);
        (_dictionaryCount, _values, _row) = (-1, 0, -1);
        var rest = into.Raw.Written;
        while (_values < chunk.Values)
        {
            var header = PageHeader.Read(rest, _place, out var length);
            rest = rest[length..];
            if (header.Compressed < 0 || header.Compressed > rest.Length)
            {
                throw _place.Wrong($"a page within the column's {rest.Length} bytes", $"one of {header.Compressed}");
            }
            var body = Decompress(chunk.Codec, header, rest[..header.Compressed], into);
            rest = rest[header.Compressed..];
            if (header.Type == PageType.Dictionary)
            {
                ReadDictionary(column, header, body, into);
            }
            else
            {
                ReadData(column, chunk, header, body, into);
            }
        }
        var found = column.IsList ? _row + 1 : (int)_values;
        if (found != rows || rest.Length > 0)
        {
            throw _place.Wrong($"pages of {rows} rows and nothing behind them", $"{found} rows and {rest.Length} more bytes");
        }
        into.Finish();
    }

    ReadOnlySpan<byte> Decompress(ParquetCodec codec, in PageHeader header, ReadOnlySpan<byte> source, ColumnValues into)
    {
        if (header.Crc is { } crc && Crc32.Of(source) is var found && found != crc)
        {
            throw _place.Wrong($"a page whose CRC-32 is {crc:x8}", $"{found:x8}");
        }
        var size = Decompressor.SizeOf(codec, source);
        if (size < 0 || header.Uncompressed != size || size > 64 + MostGrowth * source.Length)
        {
            throw _place.Wrong($"a page of {header.Uncompressed} bytes", $"{size} in its {source.Length} compressed bytes");
        }
        if (codec == ParquetCodec.None)
        {
            return source;
        }
        var page = into.NextPage();
        var target = page.Reserve((int)size);
        if (!decompressor.TryDecompress(codec, source, target))
        {
            throw _place.Wrong($"{codec} data", "bytes that are none");
        }
        return target;
    }

    void ReadDictionary(ParquetColumn column, in PageHeader header, ReadOnlySpan<byte> body, ColumnValues into)
    {
        if (_dictionaryCount >= 0 || _values > 0 || column.Physical != PhysicalType.ByteArray || header.Values < 0 || header.Encoding != PageEncoding.Plain)
        {
            throw _place.Wrong("one dictionary of texts before the data pages", "another dictionary page");
        }
        var decoder = new PageDecoder(body, _place);
        for (_dictionaryCount = 0; _dictionaryCount < header.Values; _dictionaryCount++)
        {
            into.AddText(decoder.ReadByteArray());
        }
    }

    void ReadData(ParquetColumn column, ParquetChunk chunk, in PageHeader header, ReadOnlySpan<byte> body, ColumnValues into)
    {
        if (header.Values < 1 || header.Values > chunk.Values - _values)
        {
            throw _place.Wrong($"a page of 1 to {chunk.Values - _values} values", $"{header.Values}");
        }
        var decoder = new PageDecoder(body, _place);
        var count = header.Values;
        if (column.IsList)
        {
            decoder.ReadLevels(Room(ref _repetitions, count), 1);
        }
        decoder.ReadLevels(Room(ref _definitions, count), column.IsList ? 2 : 1);
        var present = _definitions.AsSpan(0, count).Count(column.MaxDefinition);
        if (present == count && !column.IsList)
        {
            ReadWithoutNulls(ref decoder, column, header.Encoding, count, into);
        }
        else if (column.Physical == PhysicalType.ByteArray)
        {
            ReadTexts(ref decoder, header.Encoding, Room(ref _places, present), into);
            if (column.IsList)
            {
                SpreadLists(count, into);
            }
            else
            {
                SpreadTexts(count, into);
            }
        }
        else
        {
            ReadNumbers(ref decoder, column, header.Encoding, Room(ref _dense, present));
            SpreadNumbers(count, into);
        }
        _values += count;
    }

    // Most pages: what is decoded stands where it belongs.
    void ReadWithoutNulls(ref PageDecoder decoder, ParquetColumn column, PageEncoding encoding, int count, ColumnValues into)
    {
        into.PresentRows.Slice((int)_values, count).Fill(1);
        if (column.Physical == PhysicalType.ByteArray)
        {
            ReadTexts(ref decoder, encoding, into.AddIndexes(count), into);
        }
        else
        {
            ReadNumbers(ref decoder, column, encoding, into.Numbers.Slice((int)_values, count));
        }
    }

    void ReadTexts(ref PageDecoder decoder, PageEncoding encoding, Span<int> places, ColumnValues into)
    {
        switch (encoding)
        {
            case PageEncoding.RleDictionary when _dictionaryCount >= 0:
                if (places.Length == 0)
                {
                    return;
                }
                decoder.ReadHybrid(places, decoder.ReadByte());
                foreach (var index in places)
                {
                    if ((uint)index >= (uint)_dictionaryCount)
                    {
                        throw _place.Wrong($"indexes below the dictionary's {_dictionaryCount} values", $"{(uint)index}");
                    }
                }
                return;
            case PageEncoding.Plain:
                for (var i = 0; i < places.Length; i++)
                {
                    places[i] = into.AddText(decoder.ReadByteArray());
                }
                return;
            case PageEncoding.DeltaLengthByteArray:
                var lengths = Room(ref _dense, places.Length);
                decoder.ReadDeltas(lengths, are32Bits: true);
                for (var i = 0; i < places.Length; i++)
                {
                    places[i] = into.AddText(decoder.Take(lengths[i]));
                }
                return;
            default:
                throw WrongEncoding(encoding);
        }
    }

    void ReadNumbers(ref PageDecoder decoder, ParquetColumn column, PageEncoding encoding, Span<long> dense)
    {
        var size = column.Physical == PhysicalType.Int32 ? sizeof(int) : sizeof(long);
        if (encoding == PageEncoding.Plain && column.Physical == PhysicalType.Boolean)
        {
            decoder.ReadBits(dense);
        }
        else if (encoding == PageEncoding.Plain)
        {
            decoder.ReadPlain(dense, size);
        }
        else if (encoding == PageEncoding.DeltaBinaryPacked && column.Physical is PhysicalType.Int32 or PhysicalType.Int64)
        {
            decoder.ReadDeltas(dense, are32Bits: size == sizeof(int));
        }
        else
        {
            throw WrongEncoding(encoding);
        }
    }

    void SpreadNumbers(int count, ColumnValues into)
    {
        var numbers = into.Numbers;
        var present = into.PresentRows;
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            var row = (int)_values + i;
            if (_definitions[i] == 1)
            {
                (numbers[row], present[row]) = (_dense[next++], 1);
            }
        }
    }

    void SpreadTexts(int count, ColumnValues into)
    {
        var present = into.PresentRows;
        var indexes = into.AddIndexes(count);
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            var isPresent = _definitions[i] == 1;
            present[(int)_values + i] = isPresent ? (byte)1 : (byte)0;
            indexes[i] = isPresent ? _places[next++] : -1;
        }
    }

    // The levels are drawn in TextListChunk. A row may go on in the next page, as other writers have it.
    void SpreadLists(int count, ColumnValues into)
    {
        var present = into.PresentRows;
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            var (begins, definition) = (_repetitions[i] == 0, _definitions[i]);
            _row += begins ? 1 : 0;
            if (_row < 0 || _row >= into.Rows || !begins && (definition < 2 || into.LengthRows[_row] < 1))
            {
                throw _place.Wrong($"lists of {into.Rows} rows", "levels that make other lists");
            }
            ref var length = ref into.LengthRows[_row];
            if (begins)
            {
                present[_row] = definition == 0 ? (byte)0 : (byte)1;
                length = definition == 0 ? -1 : 0;
            }
            if (definition >= 2)
            {
                length++;
                into.AddIndexes(1)[0] = definition == 3 ? _places[next++] : -1;
            }
        }
    }

    ParquetException WrongEncoding(PageEncoding encoding) =>
        _place.Wrong("an encoding that this reader knows for the column's type", $"number {(int)encoding}");

    static Span<T> Room<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = new T[Math.Max(count, array.Length * 2)];
        }
        return array.AsSpan(0, count);
    }
}
