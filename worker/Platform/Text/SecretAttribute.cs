namespace RebaseBatch.Platform.Text;

/// <summary>Marks a setting that may hold a password: it is shown only through <see cref="Secrets.Mask"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class SecretAttribute : Attribute;
