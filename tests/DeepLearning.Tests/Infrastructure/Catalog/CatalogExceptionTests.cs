using DeepLearning.Testing;

namespace DeepLearning.Tests.Infrastructure.Catalog;

/// <summary>The table of exceptions names what there is, and nothing that would hold without it.</summary>
public sealed class CatalogExceptionTests
{
    [Fact]
    public void Every_exception_is_of_an_entry_and_needed()
    {
        List<string> wrong = [];
        foreach ((string entry, Aspect aspect, _) in CatalogExceptions.All)
        {
            if (CatalogOf.All.SingleOrDefault(catalog => catalog.Contains(entry)) is not { } catalog)
            {
                wrong.Add($"'{entry}' is not an entry");
                continue;
            }

            try
            {
                catalog[entry].Check(aspect);
                wrong.Add($"{entry}: {aspect} holds without the exception");
            }
            catch (CheckException e) when (e.Failures.Any(failure => failure.Aspect == aspect))
            {
                continue;
            }
        }

        Assert.Empty(wrong);
    }
}
