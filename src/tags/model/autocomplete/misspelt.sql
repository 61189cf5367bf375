-- Words that are shorter are not kept, and of a long text only some are looked at; one of them may be misspelt: rather
-- one that no name has, and rather one of the last, behind which no name goes on.
), wanted as (
      select word, number, number = cardinality(asked.words) as is_last
        from asked cross join unnest(asked.words) with ordinality as typed (word, number)
       where length(word) >= 4
       order by exists (select from tag_words as known where known.word = typed.word), number desc
       limit 5
) select wanted.number - 1, near.word, near.distance
    from wanted
   cross join lateral (
         select distinct known.word, distance
           from tag_words as known
          cross join lateral (
                -- The last word may not be typed to its end.
                select case when wanted.is_last
                            then least(levenshtein(left(known.word, length(wanted.word) - 1), wanted.word),
                                       levenshtein(left(known.word, length(wanted.word)), wanted.word),
                                       levenshtein(left(known.word, length(wanted.word) + 1), wanted.word))
                            else levenshtein(known.word, wanted.word)
                        end as distance
                ) as measured
          where slips(known.word) && slips(wanted.word) and distance between 1 and 2
          order by distance, known.word
          limit 5
         ) as near
