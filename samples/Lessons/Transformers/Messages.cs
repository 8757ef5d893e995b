namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Made messages, half of them spam, of many words that mean alike: a few with labels show but some of the words, and many without show
/// which words are used alike.
/// </summary>
internal static class Messages
{
    private static readonly string[] _prizes =
        ["prize", "voucher", "cash", "holiday", "phone", "bonus", "ticket", "reward", "gift", "jackpot"];
    private static readonly string[] _urges = ["claim", "collect", "redeem", "get", "secure", "unlock", "grab", "receive"];
    private static readonly string[] _haste = ["now", "today", "at once", "before midnight", "within the hour", "while it lasts"];
    private static readonly string[] _meals = ["lunch", "dinner", "coffee", "cake", "breakfast", "tea", "soup", "pizza"];
    private static readonly string[] _places = ["home", "the station", "work", "school", "the park", "the gym", "the office", "town"];
    private static readonly string[] _kin = ["mum", "dad", "anna", "tom", "the kids", "grandma", "my boss", "the team"];

    public static (IReadOnlyList<string[]> Texts, long[] Labels) Make(int count, ulong seed)
    {
        Generator random = new(seed);
        string[][] texts = new string[count][];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = Whole(2);
            texts[i] = (labels[i] == 1 ? Spam() : Real()).Split(' ');
        }

        return (texts, labels);

        string Spam() => Whole(3) switch
        {
            0 => $"you have been chosen for a {Pick(_prizes)} , call to {Pick(_urges)} it {Pick(_haste)}",
            1 => $"free {Pick(_prizes)} and {Pick(_prizes)} for you , {Pick(_urges)} them {Pick(_haste)}",
            _ => $"last chance : reply to {Pick(_urges)} your {Pick(_prizes)} {Pick(_haste)}",
        };

        string Real() => Whole(3) switch
        {
            0 => $"i have been at {Pick(_places)} for {Pick(_meals)} , call {Pick(_kin)} if you can",
            1 => $"shall we have {Pick(_meals)} and {Pick(_meals)} at {Pick(_places)} , i bring {Pick(_kin)}",
            _ => $"last train from {Pick(_places)} : tell {Pick(_kin)} i am late for {Pick(_meals)}",
        };

        int Whole(int below) => (int)(random.NextDouble() * below);

        string Pick(string[] words) => words[Whole(words.Length)];
    }
}
