using System.Text;
using LegalAid.Gateway.Operations;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Runs the executable's verbs and keeps what they say. The console is one: those who use it run one at a time.</summary>
internal static class CapturedConsole
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter(new StringBuilder());
        using var complained = new StringWriter(new StringBuilder());
        Console.SetOut(said);
        Console.SetError(complained);
        try
        {
            var code = await CommandLine.RunAsync(arguments);
            return (code, said.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
