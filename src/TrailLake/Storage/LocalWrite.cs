using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TrailLake.Storage;

/// <summary>
/// A file that grows under a temporary name beside its place and is renamed into it. A run has thousands of these
/// under way, more than a process may open: the first ones keep their handle, the others open and close each time.
/// </summary>
sealed partial class LocalWrite(string temporary, string path, string location) : ObjectWrite
{
    const int KeptOpen = 256; // a quarter of the usual limit of 1,024 open files

    static int s_open;

    SafeFileHandle? _file;
    long _length;
    bool _isBegun;
    bool _isDone;

    public override void Append(ReadOnlySpan<byte> content)
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        try
        {
            var file = _file ?? Open();
            try
            {
                RandomAccess.Write(file, content, _length);
                _length += content.Length;
            }
            finally
            {
                if (_file is null)
                {
                    file.Dispose();
                }
            }
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "write", location);
        }
    }

    public override void ReadBack(long offset, Span<byte> target) => LocalRead.At(temporary, location, offset, target);

    public override void Commit()
    {
        Finish();
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            File.Delete(temporary);
            throw StoreException.From(error, "write", location);
        }
    }

    /// <summary>Commits only where no object is: false, and nothing written, where there is one.</summary>
    public bool TryCommit()
    {
        Finish();
        try
        {
            if (OperatingSystem.IsWindows())
            {
                File.Move(temporary, path, overwrite: false); // one step there; on Unix it asks first and renames later, so two could win
                return true;
            }
            if (Link(temporary, path) == 0)
            {
                return true;
            }
            File.Copy(temporary, path, overwrite: false); // also one step to its winner, but seen while it is written: for disks without links
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "create", location);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public override void Abort()
    {
        if (_isDone)
        {
            return;
        }
        _isDone = true;
        Close();
        if (_isBegun)
        {
            File.Delete(temporary);
        }
    }

    void Finish()
    {
        if (!_isBegun)
        {
            Append([]); // an object of no bytes is one, too
        }
        _isDone = true;
        Close();
    }

    SafeFileHandle Open()
    {
        var file = File.OpenHandle(temporary, _isBegun ? FileMode.Open : FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _isBegun = true;
        if (Interlocked.Increment(ref s_open) <= KeptOpen)
        {
            _file = file;
        }
        else
        {
            Interlocked.Decrement(ref s_open);
        }
        return file;
    }

    void Close()
    {
        if (_file is { } file)
        {
            _file = null;
            file.Dispose();
            Interlocked.Decrement(ref s_open);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
