using System.Globalization;
using System.Text;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Validation;

/// <summary>
/// Gathers the faults of one request and knows where the walk stands. The path is spelled only when there is a fault to tell, so that a
/// good request pays for two array writes a field. Not thread-safe; one request, one sink.
/// </summary>
/// <param name="faultsMax">Most faults kept; the walk may stop when <see cref="IsFull"/>.</param>
/// <param name="depthMax">Deepest nesting of objects and lists that is walked.</param>
/// <param name="prefix">Path of the enclosing field, empty at the top.</param>
internal sealed class FaultSink(int faultsMax, int depthMax, string prefix = "")
{
    private readonly List<Fault> _faults = [];
    private (string? Name, int Index)[] _trail = new (string?, int)[16];
    private int _depth;

    public IReadOnlyList<Fault> Faults => _faults;

    public bool IsFull => _faults.Count >= faultsMax;

    public void Enter(string name) => Push((name, 0));

    public void Enter(int index) => Push((null, index));

    public void Leave() => _depth--;

    /// <summary>Whether the object or list at hand lies too deep; says so. The walk's recursion is bounded by this.</summary>
    public bool IsTooDeep()
    {
        if (_depth < depthMax)
        {
            return false;
        }

        Add(EdgeFaults.TooDeep, depthMax.ToString(CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>A fault where the walk stands.</summary>
    public void Add(FaultCode code, params string[] arguments)
    {
        if (!IsFull)
        {
            _faults.Add(new Fault(code, Path(), new EquatableList<string>(arguments)));
        }
    }

    /// <summary>A fault of the whole, wherever the walk stands: the walk has ended.</summary>
    public void AddWhole(FaultCode code, params string[] arguments)
    {
        _depth = 0;
        Add(code, arguments);
    }

    /// <summary>
    /// A caller's own key as it may be told back: field names are not personal data, but a caller can write anything where one stands.
    /// </summary>
    public static string SafeName(string key)
    {
        var shown = key.Length > 64 ? key[..64] : key;
        return string.Create(shown.Length, shown, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '-' ? text[i] : '?';
            }
        });
    }

    private void Push((string? Name, int Index) segment)
    {
        if (_depth == _trail.Length)
        {
            Array.Resize(ref _trail, _depth * 2);
        }

        _trail[_depth++] = segment;
    }

    private string Path()
    {
        var path = new StringBuilder(prefix);
        for (var i = 0; i < _depth; i++)
        {
            var (name, index) = _trail[i];
            if (name is null)
            {
                path.Append('[').Append(index.ToString(CultureInfo.InvariantCulture)).Append(']');
            }
            else
            {
                if (path.Length > 0)
                {
                    path.Append('.');
                }

                path.Append(name);
            }
        }

        return path.ToString();
    }
}
