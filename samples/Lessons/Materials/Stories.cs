namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Short made stories, a person at a place, whose sentences belong together: who has read the first can tell which pronoun, which things
/// and which words of praise may come in the next.
/// </summary>
internal static class Stories
{
    private static readonly (string Name, string Pronoun)[] _people =
        [("anna", "she"), ("maria", "she"), ("emma", "she"), ("paul", "he"), ("peter", "he"), ("tom", "he")];

    private static readonly (string Place, string[] Verbs, string[] Things)[] _places =
    [
        ("market", ["buys", "sells"], ["apples", "bread", "cheese"]), ("library", ["reads", "borrows"], ["books", "papers", "poems"]),
        ("garden", ["plants", "waters"], ["roses", "trees", "herbs"]), ("harbor", ["paints", "watches"], ["boats", "gulls", "waves"]),
        ("school", ["teaches", "learns"], ["letters", "numbers", "songs"]),
        ("forest", ["gathers", "finds"], ["mushrooms", "berries", "wood"]),
    ];

    private static readonly string[] _days = ["today", "every day", "on sunday", "in the morning"];

    /// <summary>Makes stories of four sentences.</summary>
    public static IReadOnlyList<string[][]> Make(int count, ulong seed)
    {
        Generator random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            (string name, string pronoun) = Pick(_people);
            (string place, string[] verbs, string[] things) = Pick(_places);
            string thing = Pick(things);
            return new[]
            {
                $"{name} goes to the {place} {Pick(_days)}", $"there {pronoun} {Pick(verbs)} {thing}",
                $"the {thing} of the {place} are fine",
                $"then {pronoun} goes home and tells of the {thing}",
            }.Select(static sentence => sentence.Split(' ')).ToArray();
        })];

        T Pick<T>(T[] all) => all[(int)(random.NextDouble() * all.Length)];
    }
}
