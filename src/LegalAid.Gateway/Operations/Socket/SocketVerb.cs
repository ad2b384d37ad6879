using System.CommandLine;

namespace LegalAid.Gateway.Operations.Socket;

/// <summary>A verb that talks to the running gateway over its socket in the work folder. Exit 0: done; 1: the gateway refused or is not there.</summary>
internal static class SocketVerb
{
    /// <summary>Who acts.</summary>
    public static readonly Option<string> As = new("--as")
    {
        Description = "操作人，写入存证；默认为系统用户名 · Who acts, as the evidence names it; by default the system's user.",
        DefaultValueFactory = _ => Environment.UserName,
    };

    /// <summary>Why.</summary>
    public static readonly Option<string> Reason = new("--reason")
    {
        Description = "理由，写入公开的存证，不得含个人信息 · Why. It stands in public evidence: nothing of a person.",
        DefaultValueFactory = _ => "",
    };

    /// <summary>An id, alone or at the end of a resource name.</summary>
    /// <param name="what">What it is given as.</param>
    /// <exception cref="OperationsRefusedException">It is none.</exception>
    public static Guid Uuid(string text, string what) =>
        Guid.TryParse(text.AsSpan(text.LastIndexOf('/') + 1), out var id) ? id : throw new OperationsRefusedException($"{what}: {text} 不是编号 · is no id");

    public static Command Create(
        string name, string description, Option<string> work, Func<OperationsClient, ParseResult, CancellationToken, Task> run, params Option[] options)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                using var client = new OperationsClient(arguments.GetRequiredValue(work));
                await run(client, arguments, cancellationToken);
                return 0;
            }
            catch (OperationsRefusedException refused)
            {
                await Console.Error.WriteLineAsync(refused.Message);
                return 1;
            }
        });
        return command;
    }
}
