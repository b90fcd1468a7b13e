using System.Buffers;

namespace TrailLake.CloudTrail;

/// <summary>Writes a row's <c>extra</c>: a partial record that holds, in their true places, the fields that no column gives back.</summary>
/// <remarks>
/// <code>
///   {"userIdentity":{"tenant":"blue"},"readOnly":"true","$absent":["responseElements"]}
/// </code>
/// Containers are opened only when something stands in them. A top-level name of the record's own that begins with <c>$</c> gets
/// a second one, so that <c>$absent</c> is always ours.
/// </remarks>
sealed class ExtraWriter
{
    readonly ArrayBufferWriter<byte> _json = new(256);
    readonly List<PathMatcher> _inside = []; // the containers that the walk is in, outermost first
    int _opened; // how many of them are written
    bool _needsComma;

    /// <summary>What was written, closed; empty where nothing was.</summary>
    public ReadOnlySpan<byte> Json => _json.WrittenSpan;

    public void Clear()
    {
        _json.ResetWrittenCount();
        _inside.Clear();
        _opened = 0;
        _needsComma = false;
    }

    /// <summary>The walk goes into a container.</summary>
    public void Enter(PathMatcher container) => _inside.Add(container);

    /// <summary>The walk leaves the innermost container.</summary>
    public void Leave()
    {
        _inside.RemoveAt(_inside.Count - 1);
        if (_opened <= _inside.Count)
            return;
        _opened = _inside.Count;
        _json.Write("}"u8);
        _needsComma = true;
    }

    /// <summary>Adds a field where the walk stands.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value as JSON.</param>
    /// <param name="isEscaped">The name is as JSON spells it.</param>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isEscaped = false)
    {
        WriteName(name, isEscaped: isEscaped);
        _json.Write(value);
    }

    /// <summary>Names a field that is absent although its column's NULL would say JSON null.</summary>
    public void AddAbsent(PathMatcher field, bool isFirst)
    {
        if (isFirst)
            WriteName("$absent"u8, isOurs: true);
        else
            _json.GetSpan(1)[0] = (byte)',';
        if (!isFirst)
            _json.Advance(1);
        _json.Write(isFirst ? "[\""u8 : "\""u8);
        _json.Write(field.Name);
        _json.Write("\""u8);
    }

    /// <summary>Closes the list of absent fields.</summary>
    public void EndAbsent() => _json.Write("]"u8);

    /// <summary>Closes the object, if there is one.</summary>
    public void End()
    {
        if (_json.WrittenCount > 0)
            _json.Write("}"u8);
    }

    void WriteName(ReadOnlySpan<byte> name, bool isOurs = false, bool isEscaped = false)
    {
        if (_json.WrittenCount == 0)
            _json.Write("{"u8);
        for (; _opened < _inside.Count; _opened++)
        {
            WriteKey(_inside[_opened].Name);
            _json.Write("{"u8);
            _needsComma = false;
        }
        if (!isOurs && _inside.Count == 0 && !name.IsEmpty && name[0] == '$')
            WriteKey([(byte)'$', .. name], isEscaped);
        else
            WriteKey(name, isEscaped);
    }

    void WriteKey(ReadOnlySpan<byte> name, bool isEscaped = false)
    {
        if (_needsComma)
            _json.Write(","u8);
        if (isEscaped)
            _json.Write([(byte)'"', .. name, (byte)'"']);
        else
            JsonText.AppendString(_json, name);
        _json.Write(":"u8);
        _needsComma = true;
    }
}
