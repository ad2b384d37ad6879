using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Calendars;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>What goes out to an agency for one question.</summary>
public abstract record ConnectorCall
{
    private ConnectorCall()
    {
    }

    /// <summary>One HTTP request; the answer is JSON.</summary>
    /// <param name="Path">What follows the address.</param>
    public sealed record Http(string Method, PlaceholderText Path, ImmutableArray<NamedText> Query, ImmutableArray<NamedText> Headers, HttpBody? Body) : ConnectorCall;

    /// <summary>One POST of an XML document; the answer is XML.</summary>
    public sealed record Soap(SoapVersion Version, string? Action, PlaceholderText Path, ImmutableArray<NamedText> Headers, XmlTemplate Body) : ConnectorCall;

    /// <summary>One unary call; the answer is read in its JSON form.</summary>
    /// <param name="Service">With its package.</param>
    /// <param name="Descriptors">What describes it; null: the server is asked (gRPC server reflection).</param>
    public sealed record Grpc(string Service, string Method, ConnectorDescriptors? Descriptors, ImmutableArray<NamedText> Headers, JsonTemplate Message) : ConnectorCall;

    /// <summary>A row of a batch in the agency's exchange folder; the answer comes hours later in another file.</summary>
    /// <param name="Columns">Of the questions, in their order.</param>
    /// <param name="QuestionColumn">The answers' column that repeats the question's id.</param>
    /// <param name="Encoding">Of the answers; questions are UTF-8.</param>
    /// <param name="Every">How long a question waits for others at most; default 1 h, 1 s to 24 h.</param>
    /// <param name="QuestionsMax">Of a batch; so many make one due; default 1,000, 1 to 50,000.</param>
    public sealed record File(BatchForm Form, ImmutableArray<NamedText> Columns, string QuestionColumn, string Encoding, TimeSpan Every, int QuestionsMax) : ConnectorCall;

    /// <summary>An exchange of the type <c>fact-question</c> in the agency's own mailbox: people, or a client of the agency's, answer it with a step. Nothing is connected to.</summary>
    /// <param name="AnswerWithin">Working days from receipt; one of <see cref="AnswerTimes"/>, default ten (政务数据共享条例: conditional sharing).</param>
    public sealed record Mailbox(TimeLimit AnswerWithin) : ConnectorCall
    {
        /// <summary>The times that the exchange type has a clock for, by their names in configuration.</summary>
        public static readonly FrozenDictionary<string, TimeLimit> AnswerTimes =
            new[] { 1, 3, 5, 10, 20 }.Select(days => new TimeLimit(days, TimeLimitUnit.WorkingDays)).ToFrozenDictionary(limit => limit.ToString(), StringComparer.Ordinal);

        /// <summary>How long a verification waits for the answer: the working days with their weekends, and the longest row of holidays. The exchange's own clock is exact.</summary>
        public TimeSpan WaitMax => TimeSpan.FromDays((AnswerWithin.Amount * 7 / 5) + 12);
    }

    /// <summary>Whether the answer comes by itself, hours or days later, to whoever asked: by the question's own id.</summary>
    public bool AnswersLater => this is File or Mailbox;
}

/// <summary>How a batch is written.</summary>
public enum BatchForm
{
    /// <summary>RFC 4180 with a header line, every field in quotes; questions begin with a byte order mark.</summary>
    Csv,

    /// <summary>An element for each row, with an element for each column.</summary>
    Xml,
}

/// <summary>A descriptor set (<c>google.protobuf.FileDescriptorSet</c>) of the configuration, with all that it imports.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Bytes">Serialized.</param>
public sealed record ConnectorDescriptors(string Path, ImmutableArray<byte> Bytes);

/// <summary>A name and a text with placeholders: a header, a query parameter, a column.</summary>
public sealed record NamedText(string Name, PlaceholderText Value);

/// <summary>The body of an HTTP request.</summary>
public abstract record HttpBody
{
    private HttpBody()
    {
    }

    public sealed record Json(JsonTemplate Value) : HttpBody;

    /// <summary>application/x-www-form-urlencoded, UTF-8.</summary>
    public sealed record Form(ImmutableArray<(string Name, TextTemplate Value)> Fields) : HttpBody;
}

/// <summary>In which envelope an XML document travels.</summary>
public enum SoapVersion
{
    /// <summary>text/xml and SOAPAction.</summary>
    Soap11,

    /// <summary>application/soap+xml, its action a parameter.</summary>
    Soap12,

    /// <summary>Plain XML over HTTP, application/xml.</summary>
    None,
}
