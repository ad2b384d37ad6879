using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>
/// YamlDotNet's parser, whose scanner meets some malformed texts (<c>a: [b</c>, then <c>c: d</c>) with an
/// <see cref="InvalidOperationException"/> of its own instead of a syntax error: here they are syntax errors.
/// </summary>
internal sealed class GuardedParser : IParser
{
    private readonly Scanner _scanner;
    private readonly Parser _parser;

    public GuardedParser(TextReader reader)
    {
        _scanner = new Scanner(reader, skipComments: true);
        _parser = new Parser(_scanner);
    }

    public ParsingEvent? Current => _parser.Current;

    public bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (InvalidOperationException state)
        {
            var here = _scanner.CurrentPosition;
            throw new YamlException(here, here, "A bracket is not closed, or the indentation is wrong, on or above this line.", state);
        }
    }
}
