namespace TrailLake.CloudTrail;

/// <summary>The names without a column that were met in the containers that the walk is in, so that none stands twice.</summary>
sealed class UnknownNames
{
    /// <summary>Up to here names are compared one by one; a record with more of them in one place is a rarity that pays for a set.</summary>
    const int Few = 16;

    readonly List<byte[]> _names = [];
    readonly HashSet<string> _many = []; // those of one container
    int _manyMark = -1;                  // which

    /// <summary>Another record begins; one that was broken off may not have left its containers.</summary>
    public void Clear()
    {
        _names.Clear();
        _manyMark = -1;
    }

    /// <summary>A container is entered; names from here on are its own.</summary>
    public int Mark() => _names.Count;

    /// <summary>A container is left.</summary>
    public void Release(int mark)
    {
        _names.RemoveRange(mark, _names.Count - mark);
        if (_manyMark == mark)
            _manyMark = -1;
    }

    /// <summary>Notes a name; false where the container had it.</summary>
    public bool Add(ReadOnlySpan<byte> name, int mark)
    {
        if (_names.Count - mark >= Few)
            return AddToMany(name, mark);
        for (var i = mark; i < _names.Count; i++)
        {
            if (name.SequenceEqual(_names[i]))
                return false;
        }
        _names.Add(name.ToArray());
        return true;
    }

    bool AddToMany(ReadOnlySpan<byte> name, int mark)
    {
        if (_manyMark != mark) // the set may have served a container within this one meanwhile
        {
            _manyMark = mark;
            _many.Clear();
            foreach (var known in _names.Skip(mark))
                _many.Add(Convert.ToHexString(known));
        }
        if (!_many.Add(Convert.ToHexString(name)))
            return false;
        _names.Add([.. name]);
        return true;
    }
}
