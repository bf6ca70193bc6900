using System.ComponentModel.DataAnnotations;
using System.Net;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Http;

/// <summary>The configuration section <c>Rebase:Http</c>: the worker's page and health endpoints.</summary>
sealed class HttpOptions : IValidatableObject
{
    /// <summary>TCP port to listen on; 0, the default, listens nowhere.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; }

    /// <summary>
    /// IP address to listen on; the default can be reached from this machine only. <c>0.0.0.0</c> and <c>::</c> mean all addresses.
    /// </summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>
    /// Host names, separated by commas, under which browsers may ask, in addition to <c>localhost</c> and IP addresses; <c>*</c> for any.
    /// Any other name may be one that somebody else points to this server (DNS rebinding).
    /// </summary>
    public string AllowedHosts { get; set; } = "";

    /// <summary>
    /// Who has this may pause, cancel and retry jobs on the page; empty, the default: the page changes nothing. 16 to 200 characters
    /// without spaces, such as the output of <c>openssl rand -hex 24</c>.
    /// </summary>
    [Secret(IsWhole = true)]
    public string Token { get; set; } = "";

    public bool IsOn => Port != 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Token.Length > 0 && (Token.Length is < 16 or > 200 || Token.Any(letter => letter is <= ' ' or > '~')))
            yield return new("it must have 16 to 200 letters, digits and signs without spaces: 'openssl rand -hex 24' makes one",
                [nameof(Token)]);
        if (!IPAddress.TryParse(Address, out _))
            yield return new($"'{Address}' is not an IP address; 127.0.0.1 is this machine only, 0.0.0.0 all its addresses",
                [nameof(Address)]);
    }
}
